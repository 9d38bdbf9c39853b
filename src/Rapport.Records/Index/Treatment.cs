using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What is known of how long somebody is treated: an episode of care, a plan, a visit or stay.</summary>
public static class Treatment
{
    /// <summary>The FHIR types of treatments.</summary>
    public static readonly IReadOnlyList<string> Types = ["EpisodeOfCare", "CarePlan", "Encounter"];

    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The FHIR statuses of those that are over, whichever way.</summary>
    private static readonly string[] Over = ["finished", "completed", "cancelled", "revoked", "entered-in-error"];

    /// <summary>
    /// From when on it is over: null while it goes on and nobody wrote down until when, the earliest instant there is when it says that it is over, and for what is no treatment.
    /// The last day, month or year that is written down belongs to it.
    /// </summary>
    public static DateTimeOffset? EndOf(Resource entry)
    {
        if (!Types.Contains(entry.TypeName))
        {
            return DateTimeOffset.MinValue;
        }

        if (entry.Root.TryGetChild("status", out var status) && Over.Contains(status.GetString()))
        {
            return DateTimeOffset.MinValue;
        }

        return !entry.Root.TryGetChild("period", out var period) || !period.TryGetChild("end", out var end) ? null
            : !DateRange.TryParse(end.GetString() ?? "", out var range) ? DateTimeOffset.MinValue
            : range.High < Latest ? DateTimeOffset.FromUnixTimeMilliseconds(range.High) : null;
    }
}
