using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>
/// That a consent is what somebody passed on who has a consent of the patient's that names <see cref="ConsentAction.ShareOn"/>. It lets read, and of everything at most what that one lets them see at the same
/// moment; it says itself for whom, what for and until when. It stands in a modifier extension (<see cref="PatientConsent.PassingOn"/>) of two parts: <c>from</c>, a reference to the version of the consent,
/// and <c>by</c>, once for each reference by which consents knew who passed it on, the person first.
/// </summary>
/// <param name="From">The id of the consent that it comes from.</param>
/// <param name="Version">The version of that one: once there is a newer one, nothing is permitted any more.</param>
/// <param name="By">The references of who passed it on, the person first.</param>
/// <param name="ByName">Their name as it stands; null when it does not.</param>
public sealed record PassedOn(string From, string Version, IReadOnlyList<string> By, string? ByName)
{
    /// <summary>The most references by which somebody can be known who passes something on.</summary>
    public const int MostReferences = 200;

    /// <summary>Whether something can be passed on by a consent: it lets somebody see and names the action. What was passed on, what is for a number of openings and an opened emergency door are not passed on.</summary>
    public static bool IsPossibleBy(PatientConsent consent) =>
        consent is { Counts: true, PassedOn: null, Counted: null, BrokeGlassFor: null, Emergency: null, OpinionOn: null } && consent.Actions.Contains(ConsentAction.ShareOn);

    /// <summary>Whether it was passed on from a consent as that one is now.</summary>
    public bool IsFrom(PatientConsent from) => from.Id == From && from.Version == Version && IsPossibleBy(from);

    /// <summary>Reads the extension; null when it is not one of these.</summary>
    internal static PassedOn? Read(Element extension)
    {
        string[]? from = null;
        string? name = null;
        List<string> by = [];
        foreach (var child in extension.Children)
        {
            if (child.Name is "id" or "url")
            {
                continue;
            }

            // Whatever else it says could change what it means.
            var value = child.TryGetChild("value", out var found) ? found : default(Element?);
            switch (child.Name == "extension" ? child.Text("url") : null)
            {
                case "from" when from is null && value?.Text("reference")?.Split('/') is ["Consent", _, "_history", _] parts:
                    from = parts;
                    break;
                case "by" when by.Count < MostReferences && value?.ReferenceText() is { } reference:
                    name = by.Count == 0 ? value?.Text("display") : name;
                    by.Add(reference);
                    break;
                default:
                    return null;
            }
        }

        return from is not null && by.Count > 0 ? new(from[1], from[3], by, name) : null;
    }
}
