using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.LinksGiven;

/// <summary>A code with the system that it is of.</summary>
public readonly record struct LinkCode(string System, string Code);

/// <summary>
/// What whoever has a link may see, and how it stands in an R4 Consent: a root provision that names the holder, what for and until when, and in it one that permits kinds, codes and a period, and one that
/// permits single entries by name.
/// </summary>
public sealed record LinkTerms
{
    /// <summary>HL7 purpose of use.</summary>
    public required string Purpose { get; init; }

    /// <summary>Whether something goes along that is not named one by one.</summary>
    public bool HasKinds { get; init; } = true;

    /// <summary>The FHIR types; none for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Only what has one of these codes; none for all.</summary>
    public IReadOnlyList<LinkCode> Codes { get; init; } = [];

    /// <summary>Only what lies wholly in the days from this one on; null for all.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Only what lies wholly in the days up to and with this one; null for all.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The sensitive labels whose entries go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The references of entries that go along by name, whatever they are marked as.</summary>
    public IReadOnlyList<string> Entries { get; init; } = [];

    /// <summary>From when on nothing is seen any more; null until the patient ends it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The kinds that the types amount to; null for everything.</summary>
    public IReadOnlyList<Kind>? Kinds => Types.Count == 0 ? null : [.. Kind.All.Where(kind => kind.TypesAmong(Types).Any())];

    /// <summary>The terms as a Consent, ready to be written.</summary>
    /// <param name="patient">Who agrees, about their own record.</param>
    /// <param name="link">The link's id.</param>
    /// <param name="holderName">What whoever has it is called.</param>
    /// <param name="at">When.</param>
    public Resource ToConsent(PatientId patient, LocalId link, string holderName, DateTimeOffset at) =>
        ConsentJson.Checked(ConsentJson.Of($"Patient/{patient}", FhirTime.Instant(at), Root(patient, link, holderName)));

    /// <summary>The terms of the agreement of a link; null when it says more than these can tell.</summary>
    public static LinkTerms? TryRead(Resource consent)
    {
        if (!consent.Root.TryGetChild("provision", out var root) || root.All("purpose") is not [var purpose]
            || Has(root, ["id", "period", "actor", "purpose", "provision"]) || root.All("provision") is not ({ Count: 1 or 2 } and var inner)
            || inner.Exists(provision => provision.Text("type") != "permit"))
        {
            return null;
        }

        var kinds = inner.FindAll(provision => provision.All("data").Count == 0);
        var entries = inner.FindAll(provision => provision.All("data").Count > 0);
        if (kinds.Count > 1 || entries.Count > 1 || kinds.Exists(provision => Has(provision, ["type", "class", "code", "dataPeriod", "securityLabel"])) || entries.Exists(provision => Has(provision, ["type", "data"])))
        {
            return null;
        }

        var period = kinds is [var named] && named.TryGetChild("dataPeriod", out var found) ? found : default(Element?);
        return new LinkTerms
        {
            Purpose = purpose.Text("code") ?? "",
            HasKinds = kinds.Count > 0,
            Types = [.. kinds.SelectMany(provision => provision.All("class")).Select(coding => coding.Text("code") ?? "")],
            Codes = [.. kinds.SelectMany(provision => provision.All("code")).SelectMany(concept => concept.All("coding")).Select(coding => new LinkCode(coding.Text("system") ?? "", coding.Text("code") ?? ""))],
            From = Day(period?.Text("start")),
            To = Day(period?.Text("end")),
            Labels = [.. kinds.SelectMany(provision => provision.All("securityLabel")).Select(label => label.Text("code") ?? "").Except(ConsentJson.OrdinaryLevels)],
            Entries = [.. entries.SelectMany(provision => provision.All("data")).Select(data => data.TryGetChild("reference", out var to) ? to.Text("reference") : null).OfType<string>()],
            Until = PatientConsent.Read(consent).ValidUntil,
        };
    }

    private static bool Has(Element provision, string[] butThese)
    {
        foreach (var child in provision.Children)
        {
            if (!butThese.Contains(child.Name))
            {
                return true;
            }
        }

        return false;
    }

    private static DateOnly? Day(string? date) => date is { Length: >= 10 } && DateOnly.TryParseExact(date.AsSpan(0, 10), "yyyy-MM-dd", out var day) ? day : null;

    private JsonObject Root(PatientId patient, LocalId link, string holderName)
    {
        var root = new JsonObject();
        if (Until is { } until)
        {
            ConsentJson.Between(root, null, until);
        }

        ConsentJson.Name(root, GivenLink.HolderOf(patient, link), holderName, Purpose);
        root["provision"] = new JsonArray([.. new[] { HasKinds ? OfKinds() : null, Entries.Count > 0 ? OfEntries() : null }.Where(static provision => provision is not null)]);
        return root;
    }

    private JsonObject OfKinds()
    {
        var provision = ConsentJson.Permit(Labels);
        if (Types.Count > 0)
        {
            ConsentJson.OfTypes(provision, Types);
        }

        if (Codes.Count > 0)
        {
            ConsentJson.OfCodes(provision, Codes.Select(static code => ConsentJson.Concept(code.System, code.Code)));
        }

        ConsentJson.OfDays(provision, From, To);
        return provision;
    }

    private JsonObject OfEntries()
    {
        var provision = ConsentJson.Permit();
        ConsentJson.OfEntries(provision, Entries);
        return provision;
    }
}
