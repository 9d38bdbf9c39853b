using Rapport.Consent;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Whether an agreement opens anything.</summary>
public enum AgreementState
{
    /// <summary>It does.</summary>
    Now,

    /// <summary>It will.</summary>
    ToCome,

    /// <summary>It was stopped or ran out.</summary>
    Ended,
}

/// <summary>An agreement of the patient's, ready to be shown.</summary>
/// <param name="Consent">The consent.</param>
/// <param name="Terms">What it says in plain words; null when it says more than these can tell.</param>
/// <param name="Recipients">Whom it is for, as they are told inside a sentence.</param>
/// <param name="State">Whether it opens anything.</param>
public sealed record Agreement(StoredConsent Consent, SharingTerms? Terms, IReadOnlyList<string> Recipients, AgreementState State)
{
    /// <summary>How long before its end an agreement is called to mind.</summary>
    public static readonly TimeSpan Reminding = TimeSpan.FromDays(14);

    /// <summary>Whom it is for, inside a sentence.</summary>
    public string Who => IsDoor ? EmergencyText.WhoeverOpens : Recipients.Count == 0 ? SharingText.Everyone : Say.List(Recipients);

    /// <summary>The day it was made.</summary>
    public string Day => Consent.Consent.DateTime is { } made ? FhirDate.Day(made) ?? made : Say.Day(Consent.Entry.LastUpdated);

    /// <summary>What whoever has a link or is shown a card may see, when it is the agreement of one; null else.</summary>
    public LinkTerms? Link { get; init; }

    /// <summary>That link or card; null for none.</summary>
    internal GivenThing? Given { get; init; }

    /// <summary>What somebody may do for the patient, when it lets them; null else.</summary>
    public ActingTerms? Acting { get; init; }

    /// <summary>Whether it is what was decided about the emergency door: that is with nobody, and is changed on a page of its own.</summary>
    public bool IsDoor => Consent.Consent.Emergency is not null;

    /// <summary>The sensitive labels whose entries go along.</summary>
    public IReadOnlyList<string> Labels => Terms?.Labels ?? Link?.Labels ?? (Acting is { Born: null } chosen ? chosen.Sees.Labels : []);

    /// <summary>What it permits, in a sentence; null when that takes more than one.</summary>
    public string? Sentence =>
        Consent.Consent is { OpinionOn: not null, ValidUntil: { } until } ? Say.Fill(Opinions.OpinionText.Agreement, Say.Sentence(Who), Say.LastDay(until))
        : Consent.Consent.Emergency is { } door ? $"{(door.IsClosed ? EmergencyText.DoorClosed : EmergencyText.DoorOpen)}."
        : Link is { } given && Consent.Consent.PassedOn is { } maker ? Say.Fill(
            SharingText.LinkPassedOn, maker.ByName ?? maker.By[0], LinkWords.What(given), PurposeOfUse.Describe(given.Purpose), Consent.Until is { } gone ? Say.Fill(SharingText.UntilDay, Say.LastDay(gone)) : SharingText.UntilStopped)
        : Link is { } link ? Say.Fill(SharingText.MaySee, Say.Sentence(Who), LinkWords.What(link), PurposeOfUse.Describe(link.Purpose), LinkWords.When(link.Until))
        : Acting is { } later && Consent.Consent is { Succession: { } set } ? Say.Fill(SuccessionText.Agreement, Say.Sentence(Who), AgreementText.What(later.Sees), ActingWords.Does(later.Actions), Say.Count(SuccessionText.Waits, set.WaitDays))
        : Acting is { } asked && Consent.Consent is { Asked: not null, ValidFrom: { } opens } ? Say.Fill(
            Consent.Until is null ? SuccessionText.AskedFrom : SuccessionText.AskedBetween, Say.Sentence(Who), AgreementText.What(asked.Sees), ActingWords.Does(asked.Actions), Say.Moment(opens), Consent.Until is { } closes ? Say.Moment(closes) : "")
        : Acting is { Born: not null } ? Say.Fill(ActingText.ParentActs, Say.Sentence(Who), Consent.Until is { } grown ? Say.Fill(SharingText.UntilDay, Say.LastDay(grown)) : SharingText.UntilStopped)
        : Acting is { } acting ? Say.Fill(ActingText.MayAct, Say.Sentence(Who), AgreementText.What(acting.Sees), ActingWords.Does(acting.Actions), AgreementText.When(acting.Sees))
        : Consent.Consent.PassedOn is { } passed ? Say.Fill(SharingText.PassedOnMaySee, passed.ByName ?? passed.By[0], Who, Say.List([.. Consent.Consent.Purposes.Select(PurposeOfUse.Describe).DefaultIfEmpty(SharingText.AnyPurpose)]), Consent.Until is { } over ? Say.Fill(SharingText.UntilDay, Say.LastDay(over)) : SharingText.UntilStopped)
        : Terms is not { } terms ? null
        : Consent.Consent.Attached is not null && terms.Entries.Count + (terms.Entry is null ? 0 : 1) is > 0 and var sent ? Say.Count(SharingText.SentAlong, sent, Say.Sentence(Who), PurposeOfUse.Describe(terms.Purpose))
        : Say.Fill(
            SharingText.MaySee, Say.Sentence(Who), AgreementText.What(terms), PurposeOfUse.Describe(terms.Purpose), AgreementText.When(terms));

    /// <summary>Whether it can be changed on the pages without losing something that it says.</summary>
    public bool CanChange => State != AgreementState.Ended && Terms is not null && SharingTerms.IsAllOf(Consent.Resource);

    /// <summary>The id it has within its record.</summary>
    public string LocalId => Consent.Entry.Id[(Consent.Entry.Id.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether it opens anything, and since or until when.</summary>
    public string StateText => State switch
    {
        AgreementState.ToCome when Consent.Consent.Succession is not null => SuccessionText.NotAsked,
        AgreementState.ToCome when Consent.Consent.Asked is not null => Say.Fill(SuccessionText.OpensOn, Say.Moment(Consent.Consent.ValidFrom!.Value)),
        AgreementState.ToCome => Say.Fill(SharingText.BeginsOn, Say.FirstDay(Consent.Consent.ValidFrom!.Value)),
        AgreementState.Now => SharingText.InForceNow,
        _ when Consent.Consent.Status == PassingOnDoor.TakenBack => Say.Fill(SharingText.TakenBackOn, Say.Day(Consent.Entry.LastUpdated)),
        _ when !Consent.Consent.Counts => Say.Fill(SharingText.StoppedOn, Say.Day(Consent.Entry.LastUpdated)),
        _ when Consent.Consent.Counted is { IsUsedUp: true } counted => Say.Count(SharingText.AllLooksUsed, counted.Allowed),
        _ when Consent.Consent is { PassedOn: not null, ValidUntil: var own } && !(own <= Consent.Until) => SharingText.EndedWithOrigin,
        _ when Consent.Until <= DateTimeOffset.UnixEpoch => SharingText.TreatmentOver,
        _ => Say.Fill(SharingText.EndedOn, Say.LastDay(Consent.Until!.Value)),
    };

    /// <summary>Whether it ends by itself so soon that one may want to extend it.</summary>
    public bool EndsSoon(DateTimeOffset now) => State == AgreementState.Now && Consent.Until is { } end && end - now <= Reminding;

    /// <summary>All agreements of a record, newest first.</summary>
    internal static async Task<List<Agreement>> AllAsync(OwnAccess own, Recipients recipients, PersonId self, DateTimeOffset now, CancellationToken cancel)
    {
        var agreements = new List<Agreement>();
        var given = await GivenThing.AllAsync(own, cancel);

        // What is about the emergency door stands on its own page.
        foreach (var consent in (await own.ConsentsAsync(cancel)).Where(static consent => consent.Consent is { Emergency: null, BrokeGlassFor: null }))
        {
            agreements.Add(await OfAsync(consent, recipients, self, now, cancel, given.GetValueOrDefault(consent.Entry.Id)));
        }

        return agreements;
    }

    /// <summary>An agreement out of a consent.</summary>
    /// <param name="consent">The consent.</param>
    /// <param name="recipients">Who there is.</param>
    /// <param name="self">The patient.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="given">The link or card that it is the agreement of; null for none.</param>
    internal static async Task<Agreement> OfAsync(StoredConsent consent, Recipients recipients, PersonId self, DateTimeOffset now, CancellationToken cancel, GivenThing? given = null)
    {
        var terms = SharingTerms.TryRead(consent.Resource);
        var acting = ActingTerms.TryRead(consent);
        var names = new List<string>();
        foreach (var reference in consent.Consent.Recipients)
        {
            var known = await recipients.ResolveAsync(reference, self, cancel, Sharing.Recipients.NameIn(consent.Resource, reference));

            // Whoever is not known any more is told by the name they had when it was agreed.
            names.Add(known?.Told ?? given?.Holder ?? Sharing.Recipients.NameIn(consent.Resource, reference) ?? reference);
        }

        var state = consent.Consent.Succession is not null ? AgreementState.ToCome
            : !consent.Consent.Counts || consent.Until <= now ? AgreementState.Ended
            : consent.Consent.ValidFrom > now ? AgreementState.ToCome
            : AgreementState.Now;
        return new Agreement(consent, terms, names, state) { Acting = acting, Link = given is null ? null : LinkTerms.TryRead(consent.Resource), Given = given };
    }
}
