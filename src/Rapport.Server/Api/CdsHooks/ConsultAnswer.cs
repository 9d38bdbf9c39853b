using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Api.CdsHooks;

/// <summary>Puts a decision into the card that the hook asks for. Who has no record and who has no consent look alike.</summary>
internal static class ConsultAnswer
{
    private const string Permit = "CONSENT_PERMIT";
    private const string Deny = "CONSENT_DENY";
    private const string None = "NO_CONSENT";
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    public static CdsCards Of(ConsultAsk ask, Consultation? consultation) => ask.Content is { } content ? OfContent(content, consultation) : OfClasses(ask.Classes.Count, consultation);

    private static CdsCards OfContent(IReadOnlyList<Resource?> content, Consultation? consultation)
    {
        // What is no FHIR R4 has no place among what was decided: it is kept back.
        var decided = new Queue<ConsultedResource>(consultation?.Resources ?? []);
        var each = content.Select(resource => resource is not null && decided.TryDequeue(out var found) && found.Reason.Permitted).ToList();
        var permitted = each.Count(static may => may);
        var kept = (consultation?.Resources ?? []).Where(static resource => resource.Reason.Kind == ReasonKind.Sensitive).SelectMany(static resource => SensitiveLabels(resource.Resource));
        var detail = permitted == each.Count ? $"all {each.Count} may be given" : $"{permitted} of {each.Count} may be given: `extension.content` says which";
        return Card(permitted > 0, consultation, detail, permitted > 0 ? kept : [], [.. each.Select(static may => may ? Permit : Deny)]);
    }

    /// <summary>Each class has one probe without a mark, then one for each label.</summary>
    private static CdsCards OfClasses(int asked, Consultation? consultation)
    {
        var groups = (consultation?.Resources ?? []).Chunk(ConsultProbes.Labels.Count + 1).ToList();
        var permitted = groups.Where(static group => group[0].Reason.Permitted || group.Any(static probe => probe.Reason.Permitted)).ToList();
        var kept = ConsultProbes.Labels.Where((_, label) => permitted.Exists(group => !group[label + 1].Reason.Permitted));
        var types = permitted.Select(static group => group[0].Resource.TypeName).Distinct().ToList();
        var detail = permitted.Count == 0 ? "none of it may be given" : permitted.Count == groups.Count && asked > 0 ? "what is asked about may be given" : $"may be given: {string.Join(", ", types)}";
        return Card(permitted.Count > 0, consultation, detail, permitted.Count > 0 ? kept : [], null);
    }

    private static CdsCards Card(bool isPermitted, Consultation? consultation, string detail, IEnumerable<(string System, string Code)> kept, IReadOnlyList<string>? content)
    {
        var decision = isPermitted ? Permit : consultation is { IsKnown: true } ? Deny : None;
        var codes = kept.Distinct().Select(static label => new CdsCode(label.System, label.Code)).ToList();
        IReadOnlyList<CdsObligation> obligations = codes.Count == 0 ? [] : [new CdsObligation(new CdsCode(ActCode, "REDACT"), new CdsParameters(codes))];
        var text = decision == None ? "no consent of the patient speaks of this recipient" : detail + (codes.Count == 0 ? "" : "; keep back what carries one of the labels in `obligations`");
        return new CdsCards([new CdsCard(decision, text, isPermitted ? "info" : "warning", new CdsSource("Rapport", "/"), new CdsDecision(decision, obligations, content))]);
    }

    private static IEnumerable<(string System, string Code)> SensitiveLabels(Resource resource)
    {
        if (!resource.Root.TryGetChild("meta", out var meta))
        {
            yield break;
        }

        foreach (var label in meta.All("security"))
        {
            if (label.Text("code") is { } code && SecurityLabels.IsSensitive(label.Text("system") ?? "", code))
            {
                yield return (label.Text("system") ?? ActCode, code);
            }
        }
    }
}
