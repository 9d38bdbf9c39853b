using Rapport.Consent;
using Rapport.Ledger;
using Rapport.Records;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.Stories;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Ledger;

/// <summary>What a ledger says in plain sentences, to the patient whose ledger it is.</summary>
/// <param name="own">The patient's reference, so that their own deeds are told as theirs.</param>
/// <param name="consents">What is told of each consent, by its id.</param>
/// <param name="now">Today, yesterday and so on are told from here.</param>
public sealed class LedgerSentence(string own, IReadOnlyDictionary<string, ConsentWords> consents, DateTimeOffset now)
{
    private const int MostNames = 3;

    private readonly DateOnly _today = DayOf(now);

    /// <summary>The positions of the lines that changed an agreement made before.</summary>
    public IReadOnlySet<long> Changes { get; init; } = new HashSet<long>();

    /// <summary>Finds them in a whole ledger. What was stopped and is agreed to again is no change.</summary>
    public static IReadOnlySet<long> ChangesIn(IEnumerable<LedgerDeed> deeds)
    {
        var (open, changes) = (new HashSet<string>(), new HashSet<long>());
        foreach (var deed in deeds)
        {
            if (deed.Kind is LedgerKind.Consented && CountedOpening.In(deed.Note) is null)
            {
                if (deed.Consents.Count > 0 && deed.Consents.All(open.Contains))
                {
                    changes.Add(deed.Index);
                }

                open.UnionWith(deed.Consents);
            }
            else if (deed.Kind is LedgerKind.Revoked)
            {
                open.ExceptWith(deed.Consents);
            }
        }

        return changes;
    }

    /// <summary>A tale in one sentence: who, what, how often, since when, what for, when last.</summary>
    public string Of(Tale tale)
    {
        var (deeds, newest) = (tale.Deeds, tale.Newest);
        var (who, when) = (Who(newest), When(newest.At));
        string entries() => EntriesOf(deeds.Sum(deed => (long)deed.EntryCount));
        string told(string forms, params ReadOnlySpan<string> others) => Say.Count(forms, deeds.Count, others);
        return newest.Kind switch
        {
            LedgerKind.Disclosed when newest.Note == CardNote.Issued => Say.Fill(LedgerText.CardMade, With(deeds), What(deeds), when),
            LedgerKind.Disclosed => OfLooks(tale, who, when),
            LedgerKind.BrokeGlass => told(LedgerText.Emergency, who, newest.Note ?? LedgerText.NoReason, when),
            LedgerKind.Created => Say.Fill(LedgerText.Began, when),
            LedgerKind.Gathered when newest.Note == CommentingAccess.Note => told(LedgerText.Commented, who, when),
            LedgerKind.Gathered when deeds.Count == 1 && newest.Note is { Length: > 0 } source => Say.Fill(LedgerText.AddedFrom, who, entries(), source, when),
            LedgerKind.Gathered => told(LedgerText.Added, who, entries(), when),
            LedgerKind.Consented when CountedOpening.In(newest.Note) is { } opening => Say.Fill(LedgerText.Opened, who, Say.Number(opening.Used), Say.Number(opening.Allowed), With(deeds), when),
            LedgerKind.Consented when deeds.Count == 1 && IsAnswer(newest) => Say.Fill(LedgerText.AgreedAsked, who, With(deeds), when),
            LedgerKind.Consented when deeds.Count == 1 && IsPassedOn(newest) => Say.Fill(LedgerText.PassedOn, who, With(deeds), when, NameOf(newest)),
            LedgerKind.Consented => OfAgreements(deeds, who),
            LedgerKind.Revoked when newest.Note is OpinionNote.Given or OpinionNote.Declined => told(newest.Note == OpinionNote.Given ? LedgerText.Opined : LedgerText.OpinionDeclined, who, when),
            LedgerKind.Revoked => OfEnds(deeds, who),
            LedgerKind.Delegated when Later(newest, deeds) is { } later => Say.Fill(LedgerText.SuccessionTale, later, when),
            LedgerKind.Delegated when deeds.Count == 1 && IsBegunFor(newest) => Say.Fill(LedgerText.BegunFor, Who(newest with { OnBehalfOf = null }), when),
            LedgerKind.Delegated when deeds.Count == 1 => Say.Fill(newest.Ends ? LedgerText.DelegationEnded : LedgerText.DelegationGiven, who, With(deeds), when),
            LedgerKind.Delegated => told(LedgerText.Delegated, who, when),
            LedgerKind.Corrected when newest.Note == OwnLabelling.Note => told(LedgerText.LabelsChanged, who, when),
            LedgerKind.Corrected when newest.Note == OwnLabelling.ByRules => told(LedgerText.LabelledAnew, when),
            LedgerKind.Corrected => told(LedgerText.Corrected, who, entries(), when),
            LedgerKind.Outcome when StoryNote.Of(newest) is { } story => told(StoryWords.InTale(story), who, when),
            LedgerKind.Outcome when deeds.Count == 1 && Came(newest) is { } came => Say.Fill(newest.Actor == own ? LedgerText.OutcomeOwn : LedgerText.OutcomeOne, who, came, when),
            LedgerKind.Outcome => told(newest.Actor == own ? LedgerText.OutcomesOwn : LedgerText.Outcome, who, when),
            LedgerKind.Erased => told(LedgerText.Erased, who, entries(), when),
            _ => told(LedgerText.Forgotten),
        };
    }

    /// <summary>One line of the ledger in one sentence.</summary>
    public string Of(LedgerDeed deed)
    {
        var (who, entries) = (Who(deed), EntriesOf(deed.EntryCount));
        return deed.Kind switch
        {
            LedgerKind.Created => LedgerText.RowBegan,
            LedgerKind.Gathered when deed.Note == CommentingAccess.Note => Say.Fill(LedgerText.RowCommented, who),
            LedgerKind.Gathered => deed.Note is { Length: > 0 } source ? Say.Fill(LedgerText.RowAddedFrom, who, entries, source) : Say.Fill(LedgerText.RowAdded, who, entries),
            LedgerKind.Consented when CountedOpening.In(deed.Note) is { } opening => Say.Fill(LedgerText.RowOpened, who, Say.Number(opening.Used), Say.Number(opening.Allowed), With([deed])),
            LedgerKind.Consented or LedgerKind.Revoked when IsOfDoor(deed, DoorPart.Decision) => Say.Fill(LedgerText.RowDoor, who),
            LedgerKind.Consented when IsPassedOn(deed) => Say.Fill(LedgerText.RowPassedOn, who, With([deed]), NameOf(deed)),
            LedgerKind.Consented => Say.Fill(IsAnswer(deed) ? LedgerText.RowAgreedAsked : Changes.Contains(deed.Index) ? LedgerText.RowChanged : LedgerText.RowAgreed, who, With([deed])),
            LedgerKind.Revoked when deed.Note is OpinionNote.Given or OpinionNote.Declined => Say.Fill(deed.Note == OpinionNote.Given ? LedgerText.RowOpined : LedgerText.RowOpinionDeclined, who),
            LedgerKind.Revoked when IsOfDoor(deed, DoorPart.Opening) => Say.Fill(LedgerText.RowDoorEnded, who, With([deed])),
            LedgerKind.Revoked => Say.Fill(LedgerText.RowStopped, who, With([deed])),
            LedgerKind.Disclosed when deed.Note == CardNote.Issued => Say.Fill(LedgerText.RowCardMade, With([deed]), entries),
            LedgerKind.Disclosed => OfLook(deed, who, deed.EntryCount == 0 ? LedgerText.HowMuch : entries),
            LedgerKind.BrokeGlass => Say.Fill(LedgerText.RowEmergency, who, deed.Note ?? LedgerText.NoReason),
            LedgerKind.Delegated when Later(deed, [deed]) is { } later => Say.Fill(LedgerText.SuccessionRow, later),
            LedgerKind.Delegated when IsBegunFor(deed) => Say.Fill(LedgerText.RowBegunFor, Who(deed with { OnBehalfOf = null })),
            LedgerKind.Delegated => Say.Fill(deed.Ends ? LedgerText.RowDelegationEnded : LedgerText.RowDelegationGiven, who, With([deed])),
            LedgerKind.Corrected when deed.Note == OwnLabelling.Note => Say.Fill(LedgerText.RowLabelsChanged, who),
            LedgerKind.Corrected when deed.Note == OwnLabelling.ByRules => LedgerText.RowLabelledAnew,
            LedgerKind.Corrected => Say.Fill(LedgerText.RowCorrected, who, entries),
            LedgerKind.Outcome when StoryNote.Of(deed) is { } story => Say.Fill(StoryWords.InRow(story), who),
            LedgerKind.Outcome => Say.Fill(deed.Actor == own ? LedgerText.RowOutcomeOwn : LedgerText.RowOutcome, who, Came(deed) ?? ""),
            LedgerKind.Erased => Say.Fill(LedgerText.RowErased, who, entries),
            _ => LedgerText.RowForgotten,
        };
    }

    /// <summary>One line under the sentence that tells what several have in common.</summary>
    public string InTale(LedgerDeed deed)
    {
        if (!deed.IsLook)
        {
            return Of(deed);
        }

        var entries = EntriesOf(deed.EntryCount);
        if (LinkNote.SaidIn(deed.Note) is { } said)
        {
            return Say.Fill(LinkNote.IsOpening(deed.Note) ? LedgerText.InOpening : LedgerText.InFetching, entries, said);
        }

        return deed.EntryCount == 0 ? LedgerText.RowCount : deed.Note switch
        {
            "history" => Say.Fill(LedgerText.InHistory, entries),
            "timeline" => Say.Fill(LedgerText.InTimeline, entries),
            "search" => Say.Fill(LedgerText.InSearch, entries),
            "summary" => Say.Fill(LedgerText.InSummary, entries),
            "everything" => Say.Fill(LedgerText.InEverything, entries),
            _ => entries,
        };
    }

    /// <summary>Why a look stands first.</summary>
    public string Why(Remark remark)
    {
        var who = Who(remark.Look with { OnBehalfOf = null });
        return remark.Kind switch
        {
            RemarkKind.Emergency => LedgerText.WhyEmergency,
            RemarkKind.AfterStop => Say.Fill(LedgerText.WhyAfterStop, who, When(remark.Before!.Value)),
            RemarkKind.First => Say.Fill(LedgerText.WhyFirst, who),
            RemarkKind.NewPurpose => Say.Fill(LedgerText.WhyNewPurpose, who, For(remark.Look.Purpose)),
            RemarkKind.FarMore => Say.Fill(LedgerText.WhyFarMore, Say.Number(remark.Look.EntryCount), Say.Number(remark.Most)),
            RemarkKind.AtNight => Say.Fill(LedgerText.WhyAtNight, Say.Time(remark.Look.At)),
            _ => Say.Fill(LedgerText.WhyAfterPause, who, Say.Day(remark.Before!.Value)),
        };
    }

    /// <summary>Who did something: you, a name, or a name for another.</summary>
    public string Who(LedgerDeed deed)
    {
        var who = deed.Actor == own ? LedgerText.You : Holder(deed) ?? (deed.ActorName is { Length: > 0 } name ? name : deed.Actor);
        return deed.OnBehalfOf == own ? Say.Fill(LedgerText.ActingForYou, who) : deed.OnBehalfOf is { } other ? Say.Fill(LedgerText.ActingFor, who, deed.OnBehalfOfName ?? other) : who;
    }

    /// <summary>A step of what the patient set for the case that they cannot decide any more; null for everything else.</summary>
    private string? Later(LedgerDeed deed, IReadOnlyList<LedgerDeed> deeds)
    {
        var told = deed.Note switch
        {
            SuccessionNote.Set => LedgerText.SuccessionSet,
            SuccessionNote.TakenBack => LedgerText.SuccessionTakenBack,
            SuccessionNote.Asked => LedgerText.SuccessionAsked,
            SuccessionNote.Withdrawn => LedgerText.SuccessionWithdrawn,
            SuccessionNote.Objected => LedgerText.SuccessionObjected,
            SuccessionNote.Closed => LedgerText.SuccessionClosed,
            SuccessionNote.Agreed => LedgerText.SuccessionAgreed,
            _ => null,
        };
        return told is null ? null : Say.Fill(told, Who(deed), With(deeds));
    }

    /// <summary>Whoever has a link, in the language of who reads: the link and its agreement have one id.</summary>
    private string? Holder(LedgerDeed deed) =>
        LinkNote.SaidIn(deed.Note) is not null && deed.Consents is [var id] && deed.Actor == "Device/" + id && consents.GetValueOrDefault(id)?.With is { } holder ? Say.Sentence(holder) : null;

    /// <summary>A consent by the day on which it was made.</summary>
    public string Agreement(string id) => consents.TryGetValue(id, out var consent) ? Say.Fill(LedgerText.AgreementOf, consent.Day) : LedgerText.AnAgreement;

    /// <summary>The symbol beside it.</summary>
    public static string Icon(LedgerKind? kind) => kind switch
    {
        LedgerKind.Created => "record",
        LedgerKind.Gathered => "gather",
        LedgerKind.Consented => "share",
        LedgerKind.Revoked => "stop",
        LedgerKind.Delegated => "people",
        LedgerKind.Disclosed => "eye",
        LedgerKind.BrokeGlass => "warn",
        LedgerKind.Outcome => "check",
        _ => "other",
    };

    /// <summary>In what way someone looked, by what the gate notes of a query.</summary>
    public static string Way(string note) => note switch
    {
        "read" => LedgerText.WayRead,
        "history" => LedgerText.WayHistory,
        "timeline" => LedgerText.WayTimeline,
        "search" => LedgerText.WaySearch,
        "summary" => LedgerText.WaySummary,
        "count" => LedgerText.WayCount,
        "everything" => LedgerText.WayEverything,
        CardNote.Issued => LedgerText.WayCard,
        _ when LinkNote.SaidIn(note) is { } said => Say.Fill(LinkNote.IsOpening(note) ? LedgerText.WayOpening : LedgerText.WayFetching, said),
        _ => note,
    };

    private string? Came(LedgerDeed deed) => Outcome.Of(deed) is not { } outcome ? null : deed.Actor == own ? OutcomeWords.Felt(outcome) : OutcomeWords.Said(outcome);

    /// <summary>Whether somebody looked for the patient: that they did is told with who it was, and not again as what it was for.</summary>
    private bool IsForPatient(LedgerDeed look) => look.OnBehalfOf == own && look.Purpose == PurposeOfUse.ActingForPatient;

    private static string EntriesOf(long count) => Say.Count(LedgerText.Entries, count);

    private static DateOnly DayOf(DateTimeOffset instant) => TimeZones.DayOf(instant);

    private static string For(string? purpose) => purpose is null ? LedgerText.NoPurpose : PurposeOfUse.Describe(purpose);

    /// <summary>Today, 5 days ago, or on a day.</summary>
    private string When(DateTimeOffset at)
    {
        var day = DayOf(at);
        var (away, said) = (Say.Away(day, _today), Say.Day(day));
        return away == said ? Say.Fill(LedgerText.OnDay, said) : away;
    }

    private string OfLooks(Tale tale, string who, string when)
    {
        var (what, purpose) = (What(tale.Deeds), For(tale.Key.Purpose));
        if (IsForPatient(tale.Newest))
        {
            return DayOf(tale.Deeds[0].At) == DayOf(tale.Newest.At)
                ? Say.Count(LedgerText.LookedActing, tale.Deeds.Count, who, what, when)
                : Say.Fill(LedgerText.LookedActingSince, Say.Number(tale.Deeds.Count), who, what, Say.Day(tale.Deeds[0].At), when);
        }

        return DayOf(tale.Deeds[0].At) == DayOf(tale.Newest.At)
            ? Say.Count(LedgerText.Looked, tale.Deeds.Count, who, what, purpose, when)
            : Say.Fill(LedgerText.LookedSince, Say.Number(tale.Deeds.Count), who, what, purpose, Say.Day(tale.Deeds[0].At), when);
    }

    /// <summary>What was agreed to, what was changed of it, and what was decided about the emergency door: a sentence each.</summary>
    private string OfAgreements(IReadOnlyList<LedgerDeed> deeds, string who)
    {
        var kinds = deeds.ToLookup(deed => IsOfDoor(deed, DoorPart.Decision) ? LedgerText.Door : Changes.Contains(deed.Index) ? LedgerText.Changed : LedgerText.Agreed);
        return Sentences(who, [LedgerText.Agreed, LedgerText.Changed, LedgerText.Door], kinds);
    }

    /// <summary>What was stopped, and which opened emergency doors were closed: a sentence each.</summary>
    private string OfEnds(IReadOnlyList<LedgerDeed> deeds, string who)
    {
        var kinds = deeds.ToLookup(deed => IsOfDoor(deed, DoorPart.Decision) ? LedgerText.Door : IsOfDoor(deed, DoorPart.Opening) ? LedgerText.DoorEnded : LedgerText.Stopped);
        return Sentences(who, [LedgerText.Stopped, LedgerText.DoorEnded, LedgerText.Door], kinds);
    }

    private string Sentences(string who, IReadOnlyList<string> forms, ILookup<string, LedgerDeed> deeds) =>
        string.Join(' ', forms.Where(deeds.Contains).Select(form => Say.Count(form, deeds[form].Count(), who, With([.. deeds[form]]), When(deeds[form].Last().At))));

    private string OfLook(LedgerDeed deed, string who, string what)
    {
        var days = deed.Consents.Select(consents.GetValueOrDefault).OfType<ConsentWords>().Select(consent => consent.Day).Distinct().ToList();
        return (IsForPatient(deed), days.Count) switch
        {
            (true, 0) => Say.Fill(LedgerText.RowLookedActing, who, what),
            (true, _) => Say.Fill(LedgerText.RowLookedActingAllowed, who, what, Say.List(days)),
            (_, 0) => Say.Fill(LedgerText.RowLooked, who, what, For(deed.Purpose)),
            _ => Say.Fill(LedgerText.RowLookedAllowed, who, what, For(deed.Purpose), Say.List(days)),
        };
    }

    /// <summary>What was seen, by kind: the kinds in the order of the record's own page.</summary>
    private static string What(IReadOnlyList<LedgerDeed> deeds)
    {
        var types = new HashSet<string>();
        IReadOnlyList<string>? last = null;
        foreach (var deed in deeds)
        {
            // Most deeds have the same list of types as the one before.
            if (deed.Types != last)
            {
                types.UnionWith(last = deed.Types);
            }
        }

        var kinds = Kind.All.Where(kind => kind.TypesAmong(types).Any()).Select(kind => kind.Many).ToList();
        return kinds.Count == 0 ? deeds.Any(deed => deed.EntryCount > 0) ? EntriesOf(deeds.Sum(deed => (long)deed.EntryCount)) : LedgerText.HowMuch
            : Say.Fill(LedgerText.YourKinds, Few(kinds, LedgerText.MoreKinds));
    }

    private string With(IReadOnlyList<LedgerDeed> deeds)
    {
        var names = deeds.Reverse().SelectMany(deed => deed.Consents).Select(consents.GetValueOrDefault).Select(consent => consent?.With).OfType<string>().Distinct().ToList();
        return names.Count == 0 ? LedgerText.Somebody : Few(names, LedgerText.MoreRecipients);
    }

    /// <summary>Whether whoever acts began the record with it: what lets somebody else act is given to them.</summary>
    private bool IsBegunFor(LedgerDeed deed) => deed is { OnBehalfOf: not null, Ends: false } && !deed.Consents.Any(id => consents.GetValueOrDefault(id)?.LetsAct is { } other && other != deed.Actor);

    private bool IsOfDoor(LedgerDeed deed, DoorPart part) => deed.Consents.Any(id => consents.GetValueOrDefault(id)?.OfDoor == part);

    /// <summary>Their name without for whom they did it: for where it is said a second time.</summary>
    private string NameOf(LedgerDeed deed) => Who(deed with { OnBehalfOf = null });

    private bool IsPassedOn(LedgerDeed deed) => deed.Consents.Any(id => consents.GetValueOrDefault(id) is { IsPassedOn: true });

    private bool IsAnswer(LedgerDeed deed) => deed.Consents.Any(id => consents.GetValueOrDefault(id) is { AnswersRequest: true });

    /// <summary>The first of them, and how many more.</summary>
    private static string Few(List<string> names, string more) => Say.List(
        names.Count <= MostNames + 1 ? names : [.. names.Take(MostNames), Say.Count(more, names.Count - MostNames)]);
}

/// <summary>What a ledger tells of a consent.</summary>
/// <param name="Day">When it was made, as people say it.</param>
/// <param name="With">Whom it is for, as the patient knew them; null when it does not say.</param>
/// <param name="AnswersRequest">Whether whom it is for had asked for it.</param>
public sealed record ConsentWords(string Day, string? With, bool AnswersRequest = false)
{
    /// <summary>Whether it is what somebody shared on whom the patient shares with.</summary>
    public bool IsPassedOn { get; init; }

    /// <summary>The reference of whom it lets act for the patient; null when it lets nobody.</summary>
    public string? LetsAct { get; init; }

    /// <summary>What it is of the emergency door; null for everything else.</summary>
    public DoorPart? OfDoor { get; init; }
}

/// <summary>What an agreement is of the emergency door.</summary>
public enum DoorPart
{
    /// <summary>What the patient decided about it.</summary>
    Decision,

    /// <summary>That somebody opened it.</summary>
    Opening,
}
