namespace Rapport.Consent;

/// <summary>What of a record was passed on at an instant: by reference to the consent that it comes from, so that it ends with that one in the same moment, wherever it is decided.</summary>
internal static class Reach
{
    /// <summary>
    /// The entries that whoever passed something on sees and may pass on at the instant of a request, as they are known then, by the consent that it comes from and by no other; null when that is nothing.
    /// </summary>
    internal static EntrySet? Of(CompiledConsents compiled, PassedOn passed, DisclosureRequest request)
    {
        if (Array.Find(compiled.Consents, known => known.Consent.Id == passed.From)?.Consent is not { } from || !passed.IsFrom(from) || request.Givers.Of(passed) is not { Count: > 0 } by)
        {
            return null;
        }

        // Who acts for the patient sees it for that.
        var asked = request with
        {
            Recipient = new Recipient(passed.ByName ?? passed.By[0], by),
            Purpose = from.Delegation is null ? request.Purpose : PurposeOfUse.ActingForPatient,
        };
        var seen = compiled.DecideWithoutPassedOn(asked with { Action = ConsentAction.Access }).PermittedBy(from.Id);
        return seen.IsEmpty ? null : seen.And(compiled.DecideWithoutPassedOn(asked with { Action = ConsentAction.ShareOn }).PermittedBy(from.Id));
    }
}
