using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>What an answer is in the record: a <c>QuestionnaireResponse</c>, and beside it an <c>Observation</c> for each number that is measured. The same of both, however often it is planned.</summary>
/// <param name="given">The answer.</param>
/// <param name="withMeasurements">Whether whoever writes may write measurements.</param>
internal sealed class AnswerEntries(GivenAnswer given, bool withMeasurements)
{
    internal const string Response = "QuestionnaireResponse", Measurement = "Observation";

    private readonly Dictionary<ulong, LocalId> _fresh = [];
    private readonly List<string> _references = [];

    /// <summary>What stands in the record then, the response first.</summary>
    internal IReadOnlyList<string> References => _references;

    /// <summary>Whether something else was written under the same key and not sent.</summary>
    internal bool IsOther { get; private set; }

    /// <summary>What is to be added: nothing where it is there, or where something else is.</summary>
    internal IReadOnlyList<EntryDraft> Plan(GatheringView view)
    {
        _references.Clear();
        IsOther = Find(view, given.Origin) is { } known && known.ContentDigest != given.Digest;
        if (IsOther)
        {
            return [];
        }

        List<EntryDraft> drafts = [];
        var by = (Talker.ReferenceOf(given.Person, view.Patient), given.Person.DisplayName);
        var response = Add(view, drafts, given.Origin, Response, () => given.Answers.Write(view.Patient, by, view.Now, given.IsRestricted));
        foreach (var question in given.CheckIn.Form.Questions.Where(question => withMeasurements && given.Answers.Texts.ContainsKey(question.Id)))
        {
            if (CheckInMeasurement.Of(question) is { } measured)
            {
                Add(view, drafts, given.OriginOf(question), Measurement, () => measured.Write(given.Answers.Texts[question.Id], view.Patient, by, view.Now, response, given.IsRestricted));
            }
        }

        return drafts;
    }

    private string Add(GatheringView view, List<EntryDraft> drafts, ulong origin, string type, Func<Resource> write)
    {
        var known = Find(view, origin);
        if (known?.Local is not { } local && !_fresh.TryGetValue(origin, out local))
        {
            _fresh[origin] = local = LocalId.New();
        }

        if (known is null)
        {
            var body = ResourceRewriter.Rewrite(write().Root, new RewriteOptions { Id = $"{view.Patient}.{local}", VersionId = "1", LastUpdated = view.Now });
            drafts.Add(new EntryDraft(local, 1, body, origin, given.Digest));
        }

        var reference = $"{type}/{view.Patient}.{local}";
        _references.Add(reference);
        return reference;
    }

    private static KnownEntry? Find(GatheringView view, ulong origin) => view.FindReferable(origin) is { IsWithdrawn: false } known ? known : null;
}
