using Rapport.Conversations;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Pages.CheckIns;

/// <summary>What of a check-in's answers somebody may see now.</summary>
/// <param name="ByEntry">The answers, by the reference of the entry: those that may not be seen are not there.</param>
/// <param name="Look">What was just seen of the record; null for nothing.</param>
public sealed record SeenAnswers(IReadOnlyDictionary<string, CheckInAnswers> ByEntry, RecordAnswer? Look)
{
    private static readonly SearchOptions ManyIds = new() { MaxValueLength = 32_768 };

    /// <summary>Reads them: the patient from their own record, everybody else through the gate, in one look.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was released.</exception>
    internal static async Task<SeenAnswers> ReadAsync(HttpContext http, RecordDoor records, TalkView view, CheckIn checkIn)
    {
        Dictionary<string, CheckInAnswers> seen = [];
        if (checkIn.Answers.Count == 0)
        {
            return new SeenAnswers(seen, null);
        }

        var ids = string.Join(',', checkIn.Answers.Select(static answer => answer.Entry[(answer.Entry.IndexOf('/', StringComparison.Ordinal) + 1)..]));
        var query = SearchQuery.Parse("QuestionnaireResponse", [new("_id", ids), new("_count", $"{CheckInTimes.Most}")], ManyIds).Query ?? throw new InvalidOperationException("answers are looked for by their ids");
        var look = await records.AskAsync(http, view.Patient, TalkEndpoints.PurposeOf(view), new RecordQuery.Search(query));
        for (var i = 0; i < (look?.MatchCount ?? 0); i++)
        {
            seen[look!.Entries[i].Reference] = CheckInAnswers.Read(checkIn.Form, look.ReadResource(i)).Answers;
        }

        return new SeenAnswers(seen, look);
    }
}
