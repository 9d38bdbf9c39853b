using Rapport.Consent;

namespace Rapport.Records;

/// <summary>
/// Under which consents somebody who acts for the patient may make a change, as of a state of the record and an instant; null when they may not. It is asked with the state that the change is made
/// on, and the change is written only while that state is the newest: so nobody writes under a consent that ended.
/// </summary>
internal delegate IReadOnlyList<string>? Standing(CompartmentState state, DateTimeOffset now);

/// <summary>What the consents of a record let somebody do for its patient.</summary>
internal static class Standings
{
    /// <summary>The delegations to somebody that are in force.</summary>
    internal static IReadOnlyList<PatientConsent> Of(CompartmentState state, Actor actor, DateTimeOffset now) =>
    [
        .. state.Delegations.Where(delegation => actor.RecipientReferences.Contains(delegation.Delegation!.To) && IsInForce(state, delegation, now)),
    ];

    /// <summary>Whether a consent of a state is in force at an instant, by its times and its looks.</summary>
    internal static bool IsInForce(CompartmentState state, PatientConsent consent, DateTimeOffset now) =>
        !(consent.ValidFrom > now) && !(state.EndOf(consent) <= now) && (consent.Counted is not { IsUsedUp: true } counted || counted.IsOpen(now));

    /// <summary>Whether one of the delegations to somebody that are in force names an action, and which.</summary>
    internal static Standing For(Actor actor, string action) => (state, now) =>
        Of(state, actor, now).Where(delegation => delegation.Delegation!.Actions.Contains(action)).Select(static delegation => delegation.Id).ToArray() is { Length: > 0 } under ? under : null;

    /// <summary>The agreements in force by which somebody may do something in their own name: not those by which they act for the patient, and none that somebody passed on.</summary>
    internal static IReadOnlyList<PatientConsent> Own(CompartmentState state, Actor actor, string action, DateTimeOffset now) =>
    [
        .. from rule in state.Rules
           let consent = rule.Consent
           where consent is { Counts: true, Delegation: null, PassedOn: null, BrokeGlassFor: null, Emergency: null } && consent.Actions.Contains(action) && consent.Recipients.Any(actor.RecipientReferences.Contains)
               && IsInForce(state, consent, now)
           select consent,
    ];
}
