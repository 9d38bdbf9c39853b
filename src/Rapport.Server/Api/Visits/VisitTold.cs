using System.Globalization;
using System.Text.Json.Serialization;
using Rapport.Records;
using Rapport.Server.Visits;

namespace Rapport.Server.Api.Visits;

/// <summary>A question, as programs are told.</summary>
/// <param name="Text">The question.</param>
/// <param name="Why">Why it is offered; null for one of the patient's own.</param>
/// <param name="Key">What it is about; null for one of the patient's own.</param>
/// <param name="Entry">The FHIR reference of the entry it comes from; null for none.</param>
/// <param name="Message">The conversation and the message it comes from, with a slash between; null for none.</param>
internal sealed record VisitQuestionTold(string Text, string? Why, string? Key, string? Entry, string? Message)
{
    public static VisitQuestionTold Of(VisitQuestion question) => new(question.Text, question.Why, question.Key, question.Entry, question.Message);
}

/// <summary>A list of questions in short.</summary>
/// <param name="Id">Its id.</param>
/// <param name="With">With whom; null where nothing is said.</param>
/// <param name="On">The day; null where nothing is said.</param>
/// <param name="Questions">How many questions.</param>
/// <param name="Changed">When it was changed last.</param>
internal sealed record VisitListed(string Id, string? With, string? On, int Questions, DateTimeOffset Changed)
{
    public static VisitListed Of(PreparedVisit visit) => new(visit.Id.ToString(), visit.Plan.With, VisitTold.Day(visit.Plan.On), visit.Plan.Questions.Count, visit.ChangedAt);
}

/// <summary>Lists of questions.</summary>
/// <param name="Visits">The one changed last first.</param>
internal sealed record VisitsListed(IReadOnlyList<VisitListed> Visits);

/// <summary>A list of questions.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Counts its changes: who changes it names the one that they read.</param>
/// <param name="With">With whom; null where nothing is said.</param>
/// <param name="On">The day; null where nothing is said.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Changed">When it was changed last.</param>
/// <param name="Questions">The questions, in the patient's order.</param>
/// <param name="Offered">What is offered beside them.</param>
/// <param name="HeldBack">How many more are held back, since they come from what is sensitive.</param>
internal sealed record VisitTold(
    string Id, long Version, string? With, string? On, DateTimeOffset Made, DateTimeOffset Changed, IReadOnlyList<VisitQuestionTold> Questions, IReadOnlyList<VisitQuestionTold> Offered, int HeldBack)
{
    public static VisitTold Of(PreparedVisit visit, VisitDraft draft, bool withPrivate)
    {
        var kept = visit.Plan.Questions.Select(static question => question.Key).OfType<string>().ToHashSet();
        var more = draft.Private.Where(offer => !kept.Contains(offer.Key)).ToList();
        return new VisitTold(
            visit.Id.ToString(), visit.Version, visit.Plan.With, Day(visit.Plan.On), visit.MadeAt, visit.ChangedAt, [.. visit.Plan.Questions.Select(VisitQuestionTold.Of)],
            [.. draft.Offered.Where(offer => !kept.Contains(offer.Key)).Concat(withPrivate ? more : []).Select(VisitWords.Kept).Select(VisitQuestionTold.Of)], withPrivate ? 0 : more.Count);
    }

    internal static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VisitsListed))]
[JsonSerializable(typeof(VisitTold))]
internal sealed partial class VisitJson : JsonSerializerContext;
