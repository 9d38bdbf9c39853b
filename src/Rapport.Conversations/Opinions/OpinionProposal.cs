using System.Text;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>Why an entry is offered to go along with a question.</summary>
public enum ProposalReason
{
    /// <summary>It is what the question is about.</summary>
    Itself,

    /// <summary>It refers to that, that refers to it, or both belong to one visit.</summary>
    Belongs,

    /// <summary>It is a medicine that is taken now.</summary>
    Medicine,

    /// <summary>It is an allergy.</summary>
    Allergy,

    /// <summary>It is the newest result of its kind, of the last two years.</summary>
    Result,

    /// <summary>It is another condition that goes on.</summary>
    Condition,

    /// <summary>It is a report or document of the last year.</summary>
    Report,
}

/// <summary>An entry that can go along.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Resource">What it says.</param>
/// <param name="Reason">Why it is offered.</param>
/// <param name="IsProposed">Whether it is of the least that serves: what is sensitive never is, but for what the question is about.</param>
public sealed record ProposedEntry(AnsweredEntry Entry, Resource Resource, ProposalReason Reason, bool IsProposed)
{
    /// <summary>Whether it is marked as sensitive.</summary>
    public bool IsSensitive => Entry.Labels.Count > 0;
}

/// <summary>
/// What to send along with a question: the least that serves it is proposed, some more is offered. Of results the newest of each kind goes along, in place of older ones of that kind; what a device counts all
/// day (steps, sleep) never does by itself. Pure: it goes by what refers to what, by codes, status and dates, and by no word of any text.
/// </summary>
public static class OpinionProposal
{
    /// <summary>The FHIR types that are looked at.</summary>
    public static IReadOnlyList<string> Types { get; } =
        ["Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Observation", "DiagnosticReport", "DocumentReference", "Procedure", "Encounter", "ImagingStudy"];

    /// <summary>How a month of measurements that a device made is coded.</summary>
    private const string Metric = "urn:x-rapport:metric";

    private const string Loinc = "http://loinc.org";

    /// <summary>HL7's categories of observations that tell how somebody lives, and measure nothing.</summary>
    private static readonly string[] Told = ["social-history", "survey"];

    private const int MostResults = 30, MostBelonging = 50, MostOffered = 15;

    private static readonly TimeSpan _recent = TimeSpan.FromDays(365), _fresh = 2 * _recent;

    /// <summary>What can go along, the most telling first; at most <see cref="OpinionQuestion.MostSent"/>, without what belongs to no person's eyes but the patient's.</summary>
    /// <param name="about">The FHIR reference of what the question is about.</param>
    /// <param name="entries">The current entries of <see cref="Types"/>, newest first; of those that are shown as one, one.</param>
    /// <param name="now">When it is asked.</param>
    public static IReadOnlyList<ProposedEntry> Of(string about, IReadOnlyList<(AnsweredEntry Entry, Resource Resource)> entries, DateTimeOffset now)
    {
        var subject = entries.FirstOrDefault(entry => entry.Entry.Reference == about);
        if (subject.Resource is null)
        {
            return [];
        }

        var visit = subject.Resource.Root.TryGetChild("encounter", out var encounter) ? encounter.Text("reference") : null;
        bool belongs((AnsweredEntry Entry, Resource Resource) other) =>
            Names(other.Resource, about) || Names(subject.Resource, other.Entry.Reference) || (visit is not null && (other.Entry.Reference == visit || Names(other.Resource, visit)));
        bool isSince((AnsweredEntry Entry, Resource Resource) entry, TimeSpan span) => entry.Entry.When is { } when && when.Low >= (now - span).ToUnixTimeMilliseconds();
        bool isRecent((AnsweredEntry Entry, Resource Resource) entry) => isSince(entry, _recent);
        var newest = entries.Where(static entry => entry.Entry.ResourceType is "Observation" && !IsWorn(entry.Resource))
            .DistinctBy(static entry => CodeOf(entry.Resource)).ToDictionary(static entry => CodeOf(entry.Resource));

        // What was measured then, as it was measured last.
        (AnsweredEntry Entry, Resource Resource) asOfNow((AnsweredEntry Entry, Resource Resource) entry) =>
            entry.Entry.ResourceType is "Observation" ? newest.GetValueOrDefault(CodeOf(entry.Resource), entry) : entry;

        var found = new Dictionary<string, ProposedEntry>();
        void Add(IEnumerable<(AnsweredEntry Entry, Resource Resource)> some, ProposalReason reason, bool isProposed, int most)
        {
            foreach (var (entry, resource) in some.Where(entry => !found.ContainsKey(entry.Entry.Reference)).Take(most).ToList())
            {
                if (found.Count < OpinionQuestion.MostSent)
                {
                    found.Add(entry.Reference, new ProposedEntry(entry, resource, reason, isProposed && (reason is ProposalReason.Itself || entry.Labels.Count == 0)));
                }
            }
        }

        Add([subject], ProposalReason.Itself, true, 1);
        Add(entries.Where(belongs).Where(static entry => !IsWorn(entry.Resource)).Select(asOfNow).DistinctBy(static entry => entry.Entry.Reference), ProposalReason.Belongs, true, MostBelonging);
        Add(entries.Where(static entry => entry.Entry.ResourceType is "MedicationRequest" or "MedicationStatement" && entry.Resource.Root.Text("status") == "active"), ProposalReason.Medicine, true, MostBelonging);
        Add(entries.Where(static entry => entry.Entry.ResourceType is "AllergyIntolerance"), ProposalReason.Allergy, true, MostBelonging);
        var results = newest.Values.Where(entry => isSince(entry, _fresh)).OrderByDescending(static entry => HasCategory(entry.Resource, "laboratory", "LAB")).ToList();
        Add(results.Where(static entry => !HasCategory(entry.Resource, Told)), ProposalReason.Result, true, MostResults);
        Add(results, ProposalReason.Result, false, MostOffered);
        Add(entries.Where(static entry => entry.Entry.ResourceType is "Condition" && IsActive(entry.Resource)), ProposalReason.Condition, false, MostOffered);
        Add(entries.Where(entry => entry.Entry.ResourceType is "DiagnosticReport" or "DocumentReference" or "ImagingStudy" && isRecent(entry)), ProposalReason.Report, false, MostOffered);
        return [.. found.Values];
    }

    /// <summary>The FHIR references of the files that an entry leads to: a document goes along with what is in it.</summary>
    public static IEnumerable<string> FilesOf(Resource resource) => resource.TypeName == "DocumentReference"
        ? resource.Root.All("content").SelectMany(static content => content.All("attachment")).Select(static attachment => attachment.Text("url")).OfType<string>()
            .Where(static url => url.StartsWith("Binary/", StringComparison.Ordinal))
        : [];

    /// <summary>Whether a resource refers to another: the reference stands in it as a whole text.</summary>
    private static bool Names(Resource resource, string reference) => Names(resource.Root, Encoding.UTF8.GetBytes(reference));

    private static bool Names(Element element, byte[] reference)
    {
        foreach (var child in element.Children)
        {
            if (child.ValueEquals(reference) || Names(child, reference))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a result is of: its code of LOINC, by which sources agree, else its first code, else its words.</summary>
    private static string CodeOf(Resource resource)
    {
        if (!resource.Root.TryGetChild("code", out var code))
        {
            return "";
        }

        var codings = code.All("coding");
        return codings.Where(static coding => coding.Text("system") == Loinc).Concat(codings).Select(static coding => coding.Text("code")).OfType<string>().FirstOrDefault() ?? code.Text("text") ?? "";
    }

    /// <summary>Whether a device that is worn measured it all day: activity and sleep, and whatever is summed up by the month.</summary>
    private static bool IsWorn(Resource resource) =>
        HasCategory(resource, "activity") || (resource.Root.TryGetChild("code", out var code) && code.All("coding").Exists(static coding => coding.Text("system") == Metric));

    private static bool HasCategory(Resource resource, params string[] codes) =>
        resource.Root.All("category").Exists(category => category.All("coding").Exists(coding => codes.Contains(coding.Text("code"))));

    private static bool IsActive(Resource condition) =>
        condition.Root.TryGetChild("clinicalStatus", out var status) && status.All("coding").Exists(static coding => coding.Text("code") is "active" or "recurrence" or "relapse");
}
