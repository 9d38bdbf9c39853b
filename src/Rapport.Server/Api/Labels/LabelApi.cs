using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Api.Labels;

/// <summary>What is sensitive in one's own record, for scripts: what is marked, why, and what its patient says of it.</summary>
internal static class LabelApi
{
    /// <summary>The path.</summary>
    public const string Path = "/api/labels";

    private const int MostBytes = 16 * 1024;

    public static void MapLabelApi(this IEndpointRouteBuilder app)
    {
        var labels = app.MapGroup(Path).WithTags("Labels");
        labels.MapGet("", ListAsync).WithSummary("Which labels the entries of one's own record carry, and what one said of labels").Produces<LabelsListed>();
        labels.MapGet("/{type}/{id}", ExplainAsync).WithSummary("The labels of an entry, each with why").Produces<EntryLabelsTold>();
        labels.MapPost("", SayAsync).RequireRateLimiting(RateLimits.Labels).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Puts a label on an entry or a kind, takes it off, or takes back what was said; in force when the answer comes").Accepts<JsonElement>("application/json").Produces<LabelsChanged>();
    }

    private static async Task ListAsync(HttpContext http, RecordDoor door)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        var counts = await own.Labels.CountAsync(http.RequestAborted);
        var said = await own.Labels.ListAsync(http.RequestAborted);
        await AnswerAsync(http, new LabelsListed(
            [.. counts.OrderBy(static pair => pair.Key.Code, StringComparer.Ordinal).Select(static pair => new LabelCounted(pair.Key.System, pair.Key.Code, pair.Value, pair.Key.IsSensitive))],
            [.. said.Select(one => LabelSaidTold.Of(one, own.Patient))]), LabelJson.Default.LabelsListed);
    }

    private static async Task ExplainAsync(HttpContext http, RecordDoor door, string type, string id)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own || !LocalReference.TryParseId(id, out var patient, out var local) || patient != own.Patient
            || await own.Labels.ExplainAsync(type, local, http.RequestAborted) is not { } labels)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        await AnswerAsync(http, new EntryLabelsTold(labels.Entry.Reference, [.. labels.There.Select(LabelTold.Of)], [.. labels.Away.Select(LabelTold.Of)]), LabelJson.Default.EntryLabelsTold);
    }

    private static async Task SayAsync(HttpContext http, RecordDoor door)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        if (!http.Request.HasJsonContentType())
        {
            await http.WriteAsync(Failure.Of(http, StatusCodes.Status415UnsupportedMediaType));
            return;
        }

        var (word, problem) = await StrictJson.ReadAsync(http.Request.Body, 4, json => Read(json, own.Patient), static problem => (null, problem), http.RequestAborted);
        if (word is null)
        {
            await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", problem));
            return;
        }

        // Whatever may let somebody see more is sharing: what is taken away or back, and what is put where somebody may see just that.
        var said = word.Verdict == LabelVerdict.Added ? await own.Labels.SayAsync([word], mayShareMore: false, http.RequestAborted) : null;
        if (said is null or { Outcome: LabelOutcome.WouldShareMore })
        {
            http.Require(TokenScopes.Share);
            http.RequireFreshSession();
            said = await own.Labels.SayAsync([word], mayShareMore: true, http.RequestAborted);
        }

        switch (said.Outcome)
        {
            case LabelOutcome.NotThere:
                await http.WriteAsync(Failure.NothingHere);
                break;
            case LabelOutcome.TooMany:
                await http.WriteAsync(new(StatusCodes.Status409Conflict, "too-costly", "you have said this of so many things that no more can be kept: take some back first"));
                break;
            case LabelOutcome.TooOften:
                await http.WriteAsync(new(StatusCodes.Status409Conflict, "too-costly", "the labels of so many entries were changed so often that the record keeps no more versions: say it of single entries"));
                break;
            default:
                await AnswerAsync(http, new LabelsChanged(said.Changed), LabelJson.Default.LabelsChanged);
                break;
        }
    }

    private static (LabelWord? Word, string Problem) Read(JsonElement body, PatientId patient)
    {
        if (body.ValueKind != JsonValueKind.Object || body.EnumerateObject().Any(static property => property.Value.ValueKind != JsonValueKind.String))
        {
            return (null, "send an object of texts, such as `{\"entry\": \"Condition/…\", \"label\": \"PSY\", \"do\": \"add\"}`");
        }

        var given = body.EnumerateObject().ToDictionary(static property => property.Name, static property => property.Value.GetString()!);
        if (given.Keys.FirstOrDefault(static name => name is not ("entry" or "code" or "type" or "rule" or "label" or "do")) is { } unknown)
        {
            return (null, $"`{Failure.Short(unknown)}` is not known: there are `entry`, `code`, `type`, `rule`, `label` and `do`");
        }

        if (given.Keys.Count(static name => name is "entry" or "code" or "type" or "rule") != 1 || ScopeOf(given, patient) is not { } scope)
        {
            return (null, "say of what, by one of `entry` (`Type/id`), `code` (`system|code`), `type` or `rule`");
        }

        LabelVerdict? verdict = given.GetValueOrDefault("do") switch { "add" => LabelVerdict.Added, "remove" => LabelVerdict.TakenAway, "undo" => LabelVerdict.None, _ => null };
        if (verdict is null)
        {
            return (null, "`do` is `add`, `remove` or `undo`");
        }

        if (scope is LabelScope.FoundBy)
        {
            return given.ContainsKey("label") || verdict == LabelVerdict.Added
                ? (null, "of a rule one says `remove` or `undo`, without a `label`: what it finds is marked or not")
                : (new LabelWord(scope, null, verdict.Value), "");
        }

        return given.TryGetValue("label", out var text) && LabelOf(text) is { IsSensitive: true, Code.Length: > 0 } label
            ? (new LabelWord(scope, label, verdict.Value), "")
            : (null, "`label` is a sensitive label: a code of HL7's ActCode such as `PSY`, `R` or `V`, or `system|code`");
    }

    private static LabelScope? ScopeOf(Dictionary<string, string> given, PatientId patient)
    {
        if (given.TryGetValue("entry", out var entry))
        {
            var slash = entry.IndexOf('/', StringComparison.Ordinal);
            return slash > 0 && LocalReference.TryParseId(entry.AsSpan(slash + 1), out var owner, out var local) && owner == patient ? new LabelScope.Entry(entry[..slash], local) : null;
        }

        if (given.TryGetValue("code", out var code))
        {
            var bar = code.LastIndexOf('|');
            return new LabelScope.Coded(bar < 0 ? "" : code[..bar], code[(bar + 1)..]);
        }

        return given.TryGetValue("type", out var type) ? new LabelScope.OfType(type) : new LabelScope.FoundBy(given["rule"]);
    }

    private static SecurityLabel LabelOf(string text)
    {
        var bar = text.LastIndexOf('|');
        return SecurityLabel.Of(bar < 0 ? "" : text[..bar], text[(bar + 1)..]);
    }

    private static Task AnswerAsync<T>(HttpContext http, T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(answer, type, cancellationToken: http.RequestAborted);
    }
}

/// <summary>What came of saying something of a label.</summary>
/// <param name="Changed">How many entries carry other labels now.</param>
internal sealed record LabelsChanged(int Changed);

/// <summary>Labels of a record.</summary>
/// <param name="Labels">Those that entries carry.</param>
/// <param name="Said">What the patient said and has not taken back, the latest first.</param>
internal sealed record LabelsListed(IReadOnlyList<LabelCounted> Labels, IReadOnlyList<LabelSaidTold> Said);

/// <summary>A label that entries carry.</summary>
/// <param name="System">Its system.</param>
/// <param name="Code">Its code.</param>
/// <param name="Entries">How many carry it.</param>
/// <param name="Sensitive">Whether it keeps them home unless a consent names it.</param>
internal sealed record LabelCounted(string System, string Code, int Entries, bool Sensitive);

/// <summary>What the patient said of a label: of an entry, a code, a type or a rule.</summary>
internal sealed record LabelSaidTold(string? Entry, string? Code, string? Type, string? Rule, string? Label, string Do, DateTimeOffset At)
{
    internal static LabelSaidTold Of(OwnLabel said, PatientId patient) => new(
        said.Word.Scope is LabelScope.Entry entry ? $"{entry.ResourceType}/{patient}{(entry.Local is { } local ? $".{local}" : "")}" : null,
        said.Word.Scope is LabelScope.Coded coded ? $"{coded.System}|{coded.Code}" : null,
        (said.Word.Scope as LabelScope.OfType)?.ResourceType,
        (said.Word.Scope as LabelScope.FoundBy)?.Rule,
        said.Word.Label is { } label ? $"{label.System}|{label.Code}" : null,
        said.Word.Verdict == LabelVerdict.Added ? "add" : "remove",
        said.At);
}

/// <summary>The labels of an entry.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Labels">Those that it carries.</param>
/// <param name="Removed">Those that the patient took away.</param>
internal sealed record EntryLabelsTold(string Entry, IReadOnlyList<LabelTold> Labels, IReadOnlyList<LabelTold> Removed);

/// <summary>A label, and why.</summary>
/// <param name="System">Its system.</param>
/// <param name="Code">Its code.</param>
/// <param name="Rules">What rules find.</param>
/// <param name="Source">Whether a source said so.</param>
/// <param name="Patient">What the patient said; absent when nothing.</param>
internal sealed record LabelTold(string System, string Code, IReadOnlyList<RuleTold> Rules, bool Source, string? Patient)
{
    internal static LabelTold Of(ExplainedLabel label) => new(
        label.Label.System, label.Label.Code, [.. label.Found.Select(static found => new RuleTold(found.Rule, found.Where, found.What))], label.IsSaid,
        label.Word?.Word.Verdict switch { LabelVerdict.Added => "add", LabelVerdict.TakenAway => "remove", _ => null });
}

/// <summary>What a rule found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Where">The place in the entry, or what it refers to.</param>
/// <param name="What">The code or the words.</param>
internal sealed record RuleTold(string Rule, string Where, string What);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LabelsListed))]
[JsonSerializable(typeof(EntryLabelsTold))]
[JsonSerializable(typeof(LabelsChanged))]
internal sealed partial class LabelJson : JsonSerializerContext;
