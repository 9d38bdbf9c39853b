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

    /// <summary>The agreement by which somebody lets others look after the child, or takes them out: of several the one that lasts longest. Null for who may not.</summary>
    internal static PatientConsent? DecidingOf(CompartmentState state, Actor actor, DateTimeOffset now) => GuardianDoor.Under(state, actor, now)
        .Where(static delegation => Deciding.Contains(delegation.Delegation!.Role)).MaxBy(static delegation => delegation.ValidUntil ?? DateTimeOffset.MaxValue);

    /// <summary>Whether an agreement lets somebody look after the child no longer, and with no more, than whoever lets them by another.</summary>
    internal static bool IsWithin(CompartmentState state, PatientConsent given, PatientConsent from) =>
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
