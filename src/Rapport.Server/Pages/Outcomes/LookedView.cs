using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Pages.Outcomes;

/// <summary>A visit, ready to be shown to whoever looked.</summary>
/// <param name="Name">Whose record; empty when they knew no name.</param>
/// <param name="Visit">The visit.</param>
/// <param name="Mark">Names it in the form.</param>
public sealed record LookedView(string Name, Visit Visit, string Mark)
{
    /// <summary>Whose record, in words.</summary>
    public string Who => Name.Length == 0 ? OutcomeText.NoName : Name;

    /// <summary>What for and when.</summary>
    public string When
    {
        get
        {
            var (first, last) = (Visit.First.At, Visit.Last.At);
            if (Visit.First.Purpose == PurposeOfUse.ActingForPatient)
            {
                return Visit.Looks.Count == 1 ? Say.Fill(OutcomeText.LookedActing, Say.Moment(first)) : Say.Count(OutcomeText.LookedActingOften, Visit.Looks.Count, Say.Moment(last));
            }

            var purpose = Visit.First.Purpose is not { } code ? "" : Purposes.Find(code) ?? PurposeOfUse.Describe(code);
            return Visit.Looks.Count == 1
                ? Say.Fill(OutcomeText.Looked, purpose, Say.Moment(first))
                : Say.Day(first) == Say.Day(last) ? Say.Count(OutcomeText.LookedThatDay, Visit.Looks.Count, purpose, Say.Day(first))
                : Say.Count(OutcomeText.LookedOften, Visit.Looks.Count, purpose, Say.Moment(first), Say.Moment(last));
        }
    }
}
