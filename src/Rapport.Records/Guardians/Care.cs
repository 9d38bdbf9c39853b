using Rapport.Consent;

namespace Rapport.Records;

/// <summary>Somebody who looks after a child, or acts for it within limits, because it is one.</summary>
/// <param name="Reference">How the agreement names them.</param>
/// <param name="Name">Their name as it stands there; null when it does not.</param>
/// <param name="Role">As what: the HL7 code of the role.</param>
/// <param name="Until">When that ends by itself before the child is grown up; null when it does not.</param>
/// <param name="LetInBy">How the agreement names who agreed to it; null when it does not.</param>
public sealed record Carer(string Reference, string? Name, string Role, DateTimeOffset? Until, string? LetInBy)
{
    /// <summary>Whether they look after the child as it would itself, without limits.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>Who looks after a child when somebody steps back.</summary>
/// <param name="Others">Everybody else who acts for it as a parent or guardian now, within whichever limits and for however long.</param>
/// <param name="IsEnough">Whether one of them decides for it, without limits, for as long as whoever steps back would.</param>
public sealed record LeftBehind(IReadOnlyList<Carer> Others, bool IsEnough);

/// <summary>
/// Who looks after a small child, and who let whom: an agreement says who agreed to it (<see cref="PatientConsent.Performers"/>), and it is that of the child's own name for whoever began the record. All of it follows from the
/// agreements of the record, ended ones among them, at one instant. Pure.
/// </summary>
internal static class Care
{
    /// <summary>Roles in which somebody lets others look after a child, and takes them out: whoever does so for a while in another one does not.</summary>
    private static readonly string[] Deciding = [Delegation.Parent, Delegation.Guardian];

    /// <summary>Everybody who acts for the child as a parent or guardian at an instant, whoever began first.</summary>
    internal static IReadOnlyList<Carer> Of(CompartmentState state, DateTimeOffset now) =>
    [
        .. from delegation in InForce(state, now)
           group delegation by delegation.Delegation!.To into theirs
           let whole = theirs.Where(delegation => IsWhole(state, delegation, now)).ToList()
           let told = (whole.Count > 0 ? whole : theirs.ToList()).MaxBy(static delegation => delegation.ValidUntil ?? DateTimeOffset.MaxValue)!
           orderby theirs.Min(static delegation => delegation.Made)
           select new Carer(theirs.Key, told.Delegation!.ToName, told.Delegation.Role, told.ValidUntil, told.Performers is [var giver, ..] ? giver : null) { IsWhole = whole.Count > 0 },
    ];

    /// <summary>Whether somebody else decides for the child, without limits, for as long as one of them would: who helps until Sunday goes on for nobody.</summary>
    internal static bool GoesOn(CompartmentState state, Actor leaving, DateTimeOffset now)
    {
        var until = Standings.Of(state, leaving, now).Select(state.EndOf).Select(static end => end ?? DateTimeOffset.MaxValue).DefaultIfEmpty().Max();
        return InForce(state, now).Any(other => !leaving.RecipientReferences.Contains(other.Delegation!.To) && Deciding.Contains(other.Delegation.Role) && other.IsActingWithoutLimit
            && (state.EndOf(other) ?? DateTimeOffset.MaxValue) >= until);
    }

    /// <summary>The agreement by which somebody lets others look after the child, or takes them out: of several the one that lasts longest. Null for who may not.</summary>
    internal static PatientConsent? DecidingOf(CompartmentState state, Actor actor, DateTimeOffset now) => GuardianDoor.Under(state, actor, now)
        .Where(static delegation => Deciding.Contains(delegation.Delegation!.Role)).MaxBy(static delegation => delegation.ValidUntil ?? DateTimeOffset.MaxValue);

    /// <summary>Whether an agreement lets somebody look after the child no longer, and with no more, than whoever lets them by another.</summary>
    internal static bool IsWithin(CompartmentState state, PatientConsent given, PatientConsent from, DateTimeOffset now) => !(given.ValidUntil <= now) && !IsBarred(state, given.Delegation?.To, from) &&
        given is { Counts: true, IsParental: true, IsActingWithoutLimit: true, PassedOn: null, Asked: null, Attached: null, OpinionOn: null, Performers: [var by] } && by == from.Delegation!.To
        && given.Delegation!.To != by && given.Delegation.Role is Delegation.Parent or Delegation.Guardian or Delegation.Delegatee
        && given.Delegation.Actions.All(from.Delegation.Actions.Contains) && !((given.ValidUntil ?? DateTimeOffset.MaxValue) > (from.ValidUntil ?? DateTimeOffset.MaxValue))
        && state.View().Born is var born && state.Minors.CareEndOf(given, born) <= state.Minors.CareEndOf(from, born) && state.Minors.EndOf(given, born) <= state.Minors.EndOf(from, born);

    /// <summary>The agreements by which somebody looks after the child, where all of them go back to whom somebody else let: these end when that one takes them out. None where one of them does not.</summary>
    internal static IReadOnlyList<PatientConsent> BelowOf(CompartmentState state, Actor actor, string who, DateTimeOffset now)
    {
        List<PatientConsent> own = [.. GuardianDoor.Under(state, actor, now).Where(static delegation => Deciding.Contains(delegation.Delegation!.Role))];
        var theirs = InForce(state, now).Where(delegation => delegation.Delegation!.To == who).ToList();
        return !actor.RecipientReferences.Contains(who) && theirs.Count > 0 && theirs.TrueForAll(delegation => own.Exists(mine => GoesBackTo(state, delegation, mine))) ? theirs : [];
    }

    /// <summary>Those who look after the child because somebody let them, and for no other reason: they can be taken out with that one.</summary>
    internal static IReadOnlyList<string> LetInBy(CompartmentState state, Actor actor, string who, DateTimeOffset now)
    {
        var above = state.Rules.Where(rule => rule.Consent is { IsParental: true } known && known.Delegation!.To == who).Select(static rule => rule.Consent).ToList();
        return
        [
            .. Of(state, now).Select(static carer => carer.Reference)
                .Where(other => other != who && BelowOf(state, actor, other, now) is { Count: > 0 } theirs && theirs.All(given => above.Exists(over => GoesBackTo(state, given, over)))),
        ];
    }

    /// <summary>
    /// Whether somebody was taken out of those who look after the child by another one than who would let them in again, and not by somebody whom that one let in: or who was taken out would be back by whom they let in before.
    /// </summary>
    internal static bool IsBarred(CompartmentState state, string? who, PatientConsent from)
    {
        var known = state.Rules.Select(static rule => rule.Consent).Where(consent => consent.IsParental && consent.Delegation!.To == who).ToList();
        var last = known.Select(static consent => consent.Made).DefaultIfEmpty().Max();
        return known.Exists(consent => consent.Made == last && consent.TakenOutBy is { } by && by != from.Delegation!.To
            && !state.Rules.Any(rule => rule.Consent is { IsParental: true } theirs && theirs.Delegation!.To == by && GoesBackTo(state, theirs, from)));
    }

    /// <summary>
    /// The agreements by which somebody sees of the record in their own name: they go on when that one looks after the child no more. What was passed on by whoever asks, or by whom they let in, they can end with that.
    /// </summary>
    internal static IReadOnlyList<(int Row, PatientConsent Consent, bool MayEnd)> InOwnName(CompartmentState state, Actor actor, IReadOnlyCollection<string> references, DateTimeOffset now)
    {
        List<PatientConsent> own = [.. GuardianDoor.Under(state, actor, now).Where(static delegation => Deciding.Contains(delegation.Delegation!.Role))];
        return
        [
            .. from rule in state.Rules
               let consent = rule.Consent
               where consent is { Counts: true, IsParental: false } && consent.Recipients.Any(references.Contains) && Standings.IsInForce(state, consent, now)
               let origin = consent.PassedOn is { } passed ? state.Rules.FirstOrDefault(known => passed.IsFrom(known.Consent))?.Consent : null
               where consent.PassedOn is null || (origin is not null && Standings.IsInForce(state, origin, now))
               select (rule.Row, consent, origin is { IsParental: true } && (actor.RecipientReferences.Contains(origin.Delegation!.To) || own.Exists(mine => GoesBackTo(state, origin, mine)))),
        ];
    }

    /// <summary>Whether an agreement was given by whom another one lets look after the child, or by somebody who goes back to them. Whoever was let in again later is above nobody from before.</summary>
    private static bool GoesBackTo(CompartmentState state, PatientConsent given, PatientConsent above)
    {
        var (waiting, looked) = (new Stack<PatientConsent>([given]), new HashSet<PatientConsent>());
        while (waiting.TryPop(out var next))
        {
            if (next.Performers is not [var by] || !looked.Add(next))
            {
                continue;
            }

            if (by == above.Delegation!.To && above.Made <= next.Made)
            {
                return true;
            }

            // Who has stepped back since stands in an agreement that has ended.
            foreach (var rule in state.Rules.Where(rule => rule.Consent is { IsParental: true } other && other.Delegation!.To == by && other.Made <= next.Made))
            {
                waiting.Push(rule.Consent);
            }
        }

        return false;
    }

    private static IEnumerable<PatientConsent> InForce(CompartmentState state, DateTimeOffset now) => state.Delegations.Where(delegation => delegation.IsParental && Standings.IsInForce(state, delegation, now));

    private static bool IsWhole(CompartmentState state, PatientConsent delegation, DateTimeOffset now) => state.Minors.CareEndOf(delegation, state.View().Born) > now;
}
