using System.Globalization;
using System.Text.Json.Nodes;

namespace Rapport.Consent.Tests;

/// <summary>Who asks, what for, to do what, and when: the model's own form of a request.</summary>
public sealed record NaiveRequest(IReadOnlyList<string> KnownAs, string Purpose, string Action, DateTimeOffset At);

/// <summary>
/// A second reading of docs/consent.md, written from the rules and not from the engine: it starts from the JSON, looks at one entry at a
/// time, turns every element of a provision into a question, and walks from a provision up to the root to learn which questions hold for it.
/// Answers are yes, no or unknown (<see langword="null"/>).
/// </summary>
public sealed class NaiveConsents(IReadOnlyList<JsonObject> consents, IReadOnlyList<TestEntry> record)
{
    private readonly List<Clause?> _roots = [.. consents.Select(c => Counts(c) ? NaiveReading.Read(c, record) : null)];

    /// <summary>The ids of the consents that permit an entry; none when it is denied. A comment is permitted by those that permit what it is on too.</summary>
    public IReadOnlyList<string> PermittedBy(TestEntry entry, NaiveRequest request) => entry.CommentOn is not { } on ? PermittedByThemselves(entry, request)
        : record.FirstOrDefault(e => e.Reference == on && e.CommentOn is null) is { } there ? [.. PermittedByThemselves(entry, request).Intersect(PermittedByThemselves(there, request))] : [];

    private List<string> PermittedByThemselves(TestEntry entry, NaiveRequest request)
    {
        var permitting = new List<string>();
        for (var i = 0; i < consents.Count; i++)
        {
            if (_roots[i] is { } root && (Scope(consents[i]) != "research" || NaiveWords.PartOf(request.Purpose, "HRESCH")))
            {
                switch (root.Verdict(entry, request))
                {
                    case "deny":
                        return [];
                    case "permit":
                        permitting.Add(consents[i]["id"]!.GetValue<string>());
                        break;
                }
            }
        }

        return permitting;
    }

    /// <summary>The ids of the consents of which an opening must begin: each permits something that none before it does, and nothing that needs no opening.</summary>
    public IReadOnlyList<string> ToOpen(NaiveRequest request)
    {
        var permitting = record.Select(entry => PermittedBy(entry, request).ToHashSet()).ToList();
        var shut = consents.Where(c => NaiveOpenings.Of(c) is { } openings && !(openings.Until > request.At)).Select(static c => c["id"]!.GetValue<string>()).ToList();
        var begun = new List<string>();
        foreach (var id in shut)
        {
            if (permitting.Exists(ids => ids.Contains(id) && ids.All(other => shut.Contains(other) && !begun.Contains(other))))
            {
                begun.Add(id);
            }
        }

        return begun;
    }

    internal static string Scope(JsonObject consent) =>
        consent["scope"]?["coding"]?[0]?["code"]?.GetValue<string>() ?? "";

    private static bool Counts(JsonObject consent) =>
        consent["status"]!.GetValue<string>() == "active" && Scope(consent) is not ("treatment" or "adr");
}

/// <summary>What a consent says of its openings.</summary>
internal sealed record NaiveOpenings(int Allowed, int Used, DateTimeOffset? Until)
{
    public static NaiveOpenings? Of(JsonObject consent)
    {
        if (consent["modifierExtension"]?[0]?["url"]?.GetValue<string>() != "urn:rapport:openings")
        {
            return null;
        }

        var parts = consent["modifierExtension"]![0]!["extension"]!.AsArray().ToDictionary(static part => part!["url"]!.GetValue<string>());
        return new(
            parts["allowed"]!["valueInteger"]!.GetValue<int>(), parts["used"]!["valueInteger"]!.GetValue<int>(),
            parts.TryGetValue("open-until", out var until) ? DateTimeOffset.Parse(until!["valueInstant"]!.GetValue<string>(), CultureInfo.InvariantCulture) : null);
    }
}

/// <summary>A question about an entry and a request.</summary>
internal delegate bool? Question(TestEntry entry, NaiveRequest request);

/// <summary>A provision of the model.</summary>
internal sealed class Clause
{
    /// <summary>`permit`, `deny`, or `neither`.</summary>
    public string Type { get; set; } = "neither";

    public Clause? Around { get; set; }

    public required IReadOnlyList<TestEntry> Record { get; init; }

    public List<Clause> Exceptions { get; } = [];

    /// <summary>Of each kind that the provision states, its alternatives.</summary>
    public Dictionary<string, List<Question>> Stated { get; } = [];

    public List<Question> Periods { get; } = [];

    /// <summary>Something here may mean anything.</summary>
    public bool Doubtful { get; set; }

    public List<string>? LabelsNamed { get; set; }

    public bool? ConsentsNamed { get; set; }

    public List<string>? EntriesNamed { get; set; }

    public string Verdict(TestEntry entry, NaiveRequest request)
    {
        var exceptions = Exceptions.ConvertAll(e => e.Verdict(entry, request));
        return exceptions.Contains("deny") ? "deny"
            : exceptions.Contains("permit") ? "permit"
            : Applies(entry, request) ? Type
            : "silent";
    }

    private bool Applies(TestEntry entry, NaiveRequest request)
    {
        bool? all = true;
        for (var clause = this; clause is not null; clause = clause.Around)
        {
            foreach (var period in clause.Periods)
            {
                all = Both(all, period(entry, request));
            }

            all = clause.Doubtful ? Both(all, null) : all;
        }

        foreach (var kind in (ReadOnlySpan<string>)["who", "purpose", "action", "source", "label", "class", "code", "time", "data"])
        {
            all = all == false ? false : Both(all, Answer(kind, entry, request));
        }

        return Type switch
        {
            "permit" => all == true && MayDo(request) && MaySpeakOf(entry),
            "deny" => all != false,
            _ => false,
        };
    }

    /// <summary>Whatever is more than reading must be said, here or around.</summary>
    private bool MayDo(NaiveRequest request) =>
        request.Action is "access" or "disclose" || Nearest(static c => c.Stated.ContainsKey("action") ? c : null) is not null;

    private bool? Answer(string kind, TestEntry entry, NaiveRequest request)
    {
        if (!Stated.TryGetValue(kind, out var alternatives))
        {
            return Around is null ? true : Around.Answer(kind, entry, request);
        }

        bool? own = false;
        foreach (var alternative in alternatives)
        {
            own = Either(own, alternative(entry, request));
        }

        var within = Type == "permit" && Around is not null && Around.Type != "permit";
        return within ? Both(own, Around!.Answer(kind, entry, request)) : own;
    }

    private static bool? Either(bool? a, bool? b) => a == true || b == true ? true : a == null || b == null ? null : false;

    private static bool? Both(bool? a, bool? b) => a == false || b == false ? false : a == true && b == true ? true : null;

    /// <summary>Sensitive entries and consents must be named: one by one, or by what they are.</summary>
    private bool MaySpeakOf(TestEntry entry)
    {
        if (Nearest(static c => c.EntriesNamed) is { } entries && (entries.Contains(entry.Reference) || IsNamedWithWhatItIsOn(entry, entries)))
        {
            return true;
        }

        if (entry.Type == "Consent" && Nearest(static c => c.ConsentsNamed is { } named ? (object)named : null) is not true)
        {
            return false;
        }

        var named = Nearest(static c => c.LabelsNamed) ?? [];
        var marks = entry.Labels.Select(NaiveWords.Meaning).ToList();
        var kinds = marks.FindAll(static m => m.StartsWith("kind ", StringComparison.Ordinal));
        if (marks.Contains("level V"))
        {
            return named.Contains("level V");
        }

        if (named.Contains("level R") || (kinds.Count == 0 && !marks.Contains("level R")))
        {
            return true;
        }

        return kinds.Count > 0 && kinds.TrueForAll(kind => named.Exists(name => NaiveWords.Includes(name, kind)));
    }

    /// <summary>A comment that says nothing sensitive that what it is on does not say too.</summary>
    private bool IsNamedWithWhatItIsOn(TestEntry entry, List<string> named) =>
        entry.CommentOn is { } reference && named.Contains(reference) && Record.FirstOrDefault(e => e.Reference == reference && e.CommentOn is null) is { } on
        && !entry.Labels.Select(NaiveWords.Meaning).Where(static m => m.StartsWith("kind ", StringComparison.Ordinal) || m is "level R" or "level V").Except(on.Labels.Select(NaiveWords.Meaning)).Any();

    private T? Nearest<T>(Func<Clause, T?> find)
        where T : class
    {
        for (var clause = this; clause is not null; clause = clause.Around)
        {
            if (find(clause) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}

/// <summary>The few words that generated consents and records use, and how they hang together.</summary>
internal static class NaiveWords
{
    private static readonly string[] PurposePaths =
        ["TREAT/ETREAT/BTG", "TREAT/COC", "HRESCH/CLINTRCH", "HPAYMT", "PATRQT/FAMRQT", "HOPERAT/CAREMGT", "http://example.org/purpose|FooBar"];

    private static readonly string[] KindPaths = ["SPI/PSY", "SPI/SUD/ETHUD", "ETH/SUD/ETHUD", "HIV", "SDV", "NEWKIND", "odd"];

    public static bool KnownPurpose(string purpose) => PurposePaths.Any(p => p.Split('/').Contains(purpose));

    public static bool PartOf(string purpose, string whole) => purpose == whole || IsBelow(PurposePaths, purpose, whole);

    public static bool Includes(string whole, string kind) =>
        whole == kind || (whole.StartsWith("kind ", StringComparison.Ordinal) && IsBelow(KindPaths, kind["kind ".Length..], whole["kind ".Length..]));

    private static bool IsBelow(string[] paths, string inner, string outer) => paths.Any(path =>
        path.Split('/') is var steps && Array.IndexOf(steps, outer) is var o && Array.IndexOf(steps, inner) is var i && o >= 0 && i > o);

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> Meanings = [];

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, (DateTimeOffset From, DateTimeOffset To)> Spans = [];

    public static string Meaning(string label) => Meanings.GetOrAdd(label, static l => l switch
    {
        "http://terminology.hl7.org/CodeSystem/v3-ActCode|PSY" or "|PSY" => "kind PSY",
        "http://terminology.hl7.org/CodeSystem/v3-ActCode|ETHUD" or "http://hl7.org/fhir/v3/ActCode|ETHUD" => "kind ETHUD",
        "http://terminology.hl7.org/CodeSystem/v3-ActCode|HIV" or "urn:oid:2.16.840.1.113883.5.4|HIV" => "kind HIV",
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|X" => "kind odd",
        "http://terminology.hl7.org/CodeSystem/v3-ActCode|PERSISTLABEL" => "handling",
        "|R" or "urn:oid:2.16.840.1.113883.5.25|R" => "level R",
        _ when l.StartsWith("http://terminology.hl7.org/CodeSystem/v3-ActCode|", StringComparison.Ordinal) => "kind " + l.Split('|')[1],
        _ when l.StartsWith("http://terminology.hl7.org/CodeSystem/v3-Confidentiality|", StringComparison.Ordinal) => "level " + l.Split('|')[1],
        _ => l,
    });

    /// <summary>The span of a date, its end exclusive.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) Span(string text) => Spans.GetOrAdd(text, SpanOf);

    private static (DateTimeOffset From, DateTimeOffset To) SpanOf(string text)
    {
        if (text.Length > 10)
        {
            var instant = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
            return (instant, instant.AddSeconds(1));
        }

        var parts = text.Split('-').Select(static p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        var from = new DateTimeOffset(parts[0], parts.ElementAtOrDefault(1) is > 0 and var m ? m : 1, parts.ElementAtOrDefault(2) is > 0 and var d ? d : 1, 0, 0, 0, TimeSpan.Zero);
        return (from, parts.Length switch { 1 => from.AddYears(1), 2 => from.AddMonths(1), _ => from.AddDays(1) });
    }
}
