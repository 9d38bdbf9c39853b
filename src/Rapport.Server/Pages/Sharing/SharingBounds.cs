using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>How an agreement ends before its last day: after so many looks, or with a treatment.</summary>
public sealed record SharingBounds
{
    /// <summary>An agreement that ends on a day alone, or when it is stopped.</summary>
    public static SharingBounds None { get; } = new();

    /// <summary>How many looks it is for; null when they are not counted.</summary>
    public int? Looks { get; init; }

    /// <summary>How many there were.</summary>
    public int LooksUsed { get; init; }

    /// <summary>The FHIR reference of the treatment that it is for; null for none.</summary>
    public string? Treatment { get; init; }

    /// <summary>What that is, as the patient knew it then.</summary>
    public string? TreatmentName { get; init; }

    /// <summary>How many looks are left; null when they are not counted.</summary>
    public int? LooksLeft => Looks - LooksUsed;

    /// <summary>What a consent says of it; null when something else may change what it means.</summary>
    public static SharingBounds? TryRead(Resource consent)
    {
        var bounds = None;
        var counted = PatientConsent.Read(consent).Counted;
        foreach (var child in consent.Root.Children)
        {
            if (child.Name != "modifierExtension")
            {
                continue;
            }

            var url = child.Text("url");
            if (url == PatientConsent.Openings && counted is not null)
            {
                bounds = bounds with { Looks = counted.Allowed, LooksUsed = counted.Used };
            }
            else if (url == PatientConsent.EndsWith && child.TryGetChild("value", out var treatment) && treatment.Text("reference") is { } reference)
            {
                bounds = bounds with { Treatment = reference, TreatmentName = treatment.Text("display") };
            }
            else
            {
                return null;
            }
        }

        return bounds;
    }

    /// <summary>Writes it into a consent.</summary>
    public void Write(JsonObject consent)
    {
        if (Looks is { } looks)
        {
            ConsentJson.Modify(consent, ConsentJson.Extension(PatientConsent.Openings, [Part("allowed", looks), Part("used", LooksUsed)]));
        }

        if (Treatment is { } treatment)
        {
            ConsentJson.Modify(consent, ConsentJson.Extension(PatientConsent.EndsWith, "valueReference", ConsentJson.Reference(treatment, TreatmentName)));
        }
    }

    private static JsonObject Part(string name, int value) => ConsentJson.Extension(name, "valueInteger", value);
}
