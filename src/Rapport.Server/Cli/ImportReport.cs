using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Gathering;
using Rapport.Server.Api;

namespace Rapport.Server.Cli;

/// <summary>What <c>rapport import</c> prints: the completeness report of a source, for people or as JSON.</summary>
/// <param name="file">What it was called on the command line, or what a link calls itself.</param>
/// <param name="source">How the patient knows it.</param>
/// <param name="asJson">Whether a program reads it.</param>
internal sealed class ImportReport(string file, string source, bool asJson)
{
    private const int IssuesShown = 20;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly JsonObject _json = [];

    /// <summary>Says whom a new record was made for.</summary>
    public void TellNew(string patient, string person, string token)
    {
        foreach (var (name, value) in new[] { ("patient", patient), ("person", person), ("token", token) })
        {
            _json[name] = value;
            if (!asJson)
            {
                Console.WriteLine($"{name}: {value}");
            }
        }
    }

    /// <summary>Says what became of the source; the exit code.</summary>
    public int Tell(ImportResult result, string? explanation = null)
    {
        if (asJson)
        {
            Console.WriteLine(Json(result, explanation).ToJsonString(Indented));
        }

        switch (result.Status)
        {
            case ImportStatus.Taken or ImportStatus.NothingNew:
                if (!asJson)
                {
                    Console.WriteLine(result.Status == ImportStatus.Taken ? $"imported `{file}`" : $"nothing new in `{file}`: all of it is in the record already");
                    TellSummary(result);
                }

                return CommandLine.Done;
            case ImportStatus.IdentityInDoubt:
                CommandLine.Complain($"`{file}` is not imported: " + ImportWords.Doubt(result.Identity!, "pass `--confirm identity`"));
                return CommandLine.Failed;
            default:
                TellRefusal(result, explanation);
                return CommandLine.Failed;
        }
    }

    private void TellRefusal(ImportResult result, string? explanation)
    {
        CommandLine.Complain($"`{file}` is not imported, nothing was changed" + (explanation is null ? "" : ": " + explanation));
        foreach (var issue in result.Issues.Take(IssuesShown))
        {
            Console.Error.WriteLine($"  {(issue.Location.Length > 0 ? issue.Location + ": " : "")}{issue.Text}");
        }

        if (result.Issues.Count > IssuesShown)
        {
            Console.Error.WriteLine($"  and {result.Issues.Count - IssuesShown} more");
        }

        if (result.HasGoodPart)
        {
            Console.Error.WriteLine("  the rest of it is whole: pass `--partial` to take that");
        }
    }

    private static void TellSummary(ImportResult result)
    {
        foreach (var line in ImportWords.Summary(result))
        {
            Console.WriteLine("  " + line);
        }

        if (result.ConsentsKeptAsDocuments > 0)
        {
            Console.WriteLine($"  consents in it are kept as documents that decide nothing: {result.ConsentsKeptAsDocuments}");
        }

        foreach (var line in ImportWords.Report(result.Report))
        {
            Console.WriteLine("  " + line);
        }
    }

    private JsonObject Json(ImportResult result, string? explanation)
    {
        _json["status"] = JsonNamingPolicy.KebabCaseLower.ConvertName(result.Status.ToString());
        _json["source"] = source;
        var report = result.Report;
        _json["format"] = report?.Format;
        _json["partial"] = report?.IsPartial ?? false;
        _json["taken"] = new JsonObject(report?.Taken.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)) ?? []);
        _json["notTaken"] = new JsonArray([.. report?.NotTaken.Select(n => (JsonNode)new JsonObject
        {
            ["what"] = n.What, ["why"] = ImportWords.Why(n.Why), ["where"] = n.Where, ["count"] = n.Count,
        }) ?? []]);
        _json["series"] = new JsonObject(report?.Series.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)) ?? []);
        _json["lacks"] = new JsonArray([.. report?.Lacks.Select(lack => (JsonNode)lack) ?? []]);
        if (report?.Link is { } link)
        {
            _json["link"] = new JsonObject { ["host"] = link.Host, ["mayChange"] = link.MayChange };
        }

        if (report?.Cards.Count > 0)
        {
            _json["cards"] = new JsonArray([.. report.Cards.Select(card => (JsonNode)new JsonObject
            {
                ["issuer"] = card.Issuer, ["standing"] = JsonNamingPolicy.KebabCaseLower.ConvertName(card.Standing.ToString()),
                ["expires"] = card.Expires, ["expired"] = card.IsExpired, ["revocationChecked"] = card.IsRevocationChecked,
                ["notTaken"] = card.Refused is { } refused ? JsonNamingPolicy.KebabCaseLower.ConvertName(refused.ToString()) : null,
            })]);
        }

        if (result.Status == ImportStatus.Refused)
        {
            _json["refused"] = new JsonArray([.. result.Issues.Select(i => (JsonNode)new JsonObject { ["where"] = i.Location, ["why"] = i.Text })]);
            _json["explanation"] = explanation;
        }

        return _json;
    }
}
