using System.Text.Json.Nodes;

namespace Rapport.Server.Tests.Leaks;

/// <summary>The consents of a made case, with names in the place of whatever is random.</summary>
internal sealed class PlannedConsents(Plan plan)
{
    /// <summary>When what runs out does: each world has it under this name.</summary>
    public const string Soon = "soon";

    private const string Receiving = "IRCP", Acting = "DELEGATEE";

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The consents in the order in which they are made; a second of the same name replaces the first.</summary>
    public IEnumerable<(string Name, string Json)> All()
    {
        var permit = Permit(plan.Types, RoleOf(plan.Receiver), Meant, ActionsOf(plan));
        switch (plan.Sharing)
        {
            case Sharing.Emergency or Sharing.Opinion:
                yield break;
            case Sharing.Dates:
                permit["dataPeriod"] = new JsonObject { ["start"] = "2025-07-01", ["end"] = "2026-05-31" };
                break;
            case Sharing.Codes:
                permit["code"] = Codes(Plan.Ordinary);
                break;
            case Sharing.Items:
                permit["data"] = new JsonArray([.. plan.Visible.Select(static planted => new JsonObject { ["meaning"] = "instance", ["reference"] = new JsonObject { ["reference"] = $"{planted.Type}/<{planted.Name}>" } })]);
                break;
            case Sharing.DeniedWithin:
                permit["provision"] = new JsonArray(new JsonObject { ["type"] = "deny", ["code"] = Codes([Plan.Forbidden]) });
                break;
            case Sharing.Denied:
                yield return ("denial", Consent(new JsonObject { ["type"] = "deny", ["actor"] = Actor(Receiving, plan.DeniesWhoKnocks ? "<doctor>" : Meant), ["code"] = Codes([Plan.Forbidden]) }));
                break;
            case Sharing.Narrowed:
                yield return ("consent", Consent(Permit([.. Sketch.Types, "Patient"], RoleOf(plan.Receiver), Meant, ActionsOf(plan))));
                break;
            case Sharing.Stopped:
                yield return ("consent", Consent(Permit([.. Sketch.Types, "Patient"], RoleOf(plan.Receiver), Meant, ActionsOf(plan))));
                yield return ("consent", Consent(permit, "inactive"));
                yield break;
            case Sharing.RunOut:
                permit["period"] = new JsonObject { ["start"] = "2026-01-01", ["end"] = $"<{Soon}>" };
                break;
            case Sharing.OtherPurpose:
                permit["purpose"] = Purposes("HRESCH");
                break;
        }

        yield return ("consent", Consent(permit, bounds: Bounds()));
    }

    /// <summary>Whom the consent means, as it says it.</summary>
    private string Meant => (plan.IsPassedOn, plan.Receiver) switch
    {
        (false, Receiver.Organisation) => "<clinic>",
        (false, Receiver.Team) => "<team>",
        (false, Receiver.Role) => "<role>",
        (false, Receiver.App) => "<app>",
        (false, _) => "<doctor>",
        (true, Receiver.Organisation) => "<far-clinic>",
        (true, Receiver.Team) => "<far-team>",
        (true, Receiver.Role) => "<far-role>",
        (true, _) => "<giver>",
    };

    /// <summary>A consent beside those: somebody may do more with what is of the shared types, for the patient if they act for them.</summary>
    public string More(string who, bool acts, params IReadOnlyList<string> actions) => Consent(Permit(plan.Types, acts ? Acting : Receiving, who, ["access", .. actions]));

    /// <summary>The same, to be asked for when the patient cannot decide any more.</summary>
    public string ForLater(string who, int days)
    {
        var consent = JsonNode.Parse(More(who, acts: true, "collect"))!.AsObject();
        consent["status"] = "proposed";
        consent["extension"] = new JsonArray(new JsonObject { ["url"] = "urn:rapport:succession", ["extension"] = new JsonArray(new JsonObject { ["url"] = "waits", ["valueInteger"] = days }) });
        return consent.ToJsonString(Plain);
    }

    private static string RoleOf(Receiver receiver) => receiver switch { Receiver.Delegate => Acting, Receiver.Parent => "PRN", _ => Receiving };

    private static string[] ActionsOf(Plan plan) => [.. plan.Acts || plan.IsPassedOn ? (string[])["access"] : [], .. plan.Acts ? (string[])["collect", "correct"] : [], .. plan.IsPassedOn ? (string[])["share"] : []];

    private JsonObject Permit(IEnumerable<string> types, string role, string who, string[] actions)
    {
        var permit = new JsonObject { ["type"] = "permit", ["actor"] = Actor(role, who), ["class"] = Classes(types) };
        if (actions.Length > 0)
        {
            permit["action"] = new JsonArray([.. actions.Select(static action => Concept(action is "share" or "comment" ? "urn:rapport:consent-action" : "http://terminology.hl7.org/CodeSystem/consentaction", action))]);
        }

        if (role != Receiving)
        {
            permit["purpose"] = Purposes("PWATRNY");
        }

        if (plan.Receiver == Receiver.Parent)
        {
            // All kinds are named, and at this age none of it counts.
            permit["securityLabel"] = new JsonArray([.. Plan.Labels.Append("N").Select(static label => new JsonObject
            {
                ["system"] = "http://terminology.hl7.org/CodeSystem/v3-" + (label == "N" ? "Confidentiality" : "ActCode"), ["code"] = label,
            })]);
        }

        return permit;
    }

    /// <summary>How many openings there are: one to look around before it is knocked, one for the knocks.</summary>
    private JsonObject? Bounds() => plan.Ending switch
    {
        Ending.Looks => new JsonObject
        {
            ["url"] = "urn:rapport:openings",
            ["extension"] = new JsonArray(new JsonObject { ["url"] = "allowed", ["valueInteger"] = 2 }, new JsonObject { ["url"] = "used", ["valueInteger"] = 0 }),
        },
        Ending.Treatment or Ending.TreatmentOver => new JsonObject { ["url"] = "urn:rapport:ends-with", ["valueReference"] = new JsonObject { ["reference"] = $"EpisodeOfCare/<{Plan.Treatment}>" } },
        _ => null,
    };

    private static JsonArray Actor(string role, string reference) => new(new JsonObject
    {
        ["role"] = Concept("http://terminology.hl7.org/CodeSystem/v3-" + (role == Receiving ? "ParticipationType" : "RoleCode"), role),
        ["reference"] = new JsonObject { ["reference"] = reference },
    });

    private static JsonArray Purposes(string purpose) => new(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ActReason", ["code"] = purpose });

    private static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    private static JsonArray Classes(IEnumerable<string> types) => new([.. types.Select(static type => new JsonObject { ["system"] = "http://hl7.org/fhir/resource-types", ["code"] = type })]);

    private static JsonArray Codes(IEnumerable<(string System, string Code)> codes) =>
        new([.. codes.Select(static code => new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = code.System, ["code"] = code.Code }) })]);

    private string Consent(JsonObject provision, string status = "active", JsonObject? bounds = null)
    {
        var consent = new JsonObject { ["resourceType"] = "Consent" };
        if (plan.Receiver == Receiver.Parent)
        {
            // Fourteen years old.
            consent["extension"] = new JsonArray(new JsonObject { ["url"] = "urn:rapport:born", ["valueDate"] = "2012-03-04" });
        }

        if (bounds is not null)
        {
            consent["modifierExtension"] = new JsonArray(bounds);
        }

        consent["status"] = status;
        consent["scope"] = Concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy");
        consent["category"] = new JsonArray(Concept("http://loinc.org", "59284-0"));
        consent["policyRule"] = Concept("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTOUT");
        consent["provision"] = provision;
        return consent.ToJsonString(Plain);
    }
}
