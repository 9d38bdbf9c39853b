using Rapport.Consent.Reading;
using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>
/// One R4 <c>Consent</c>, read in full. Reading never fails: what cannot be understood grants nothing, denies what it may deny, and is listed in
/// <see cref="Problems"/>. Immutable and thread safe.
/// </summary>
public sealed class PatientConsent
{
    /// <summary>The address of an extension of a Consent with a boolean value: true when recipients are not told that there may be more. It decides nothing about what is shared.</summary>
    public const string QuietAboutMore = "urn:rapport:quiet-about-more";

    /// <summary>The address of an extension of a Consent with a string value: which request of the recipient's it answers. It decides nothing about what is shared.</summary>
    public const string AnswersTo = "urn:rapport:answers-request";

    /// <summary>The address of an extension of a Consent with a code as value: <c>open</c> or <c>closed</c>, what the patient decided about their emergency door.</summary>
    public const string EmergencyDoor = "urn:rapport:emergency-door";

    /// <summary>The address of an extension of a Consent with a string value: the reason that a professional gave who opened the patient's emergency door. The consent is what they opened.</summary>
    public const string BrokeGlass = "urn:rapport:broke-glass";

    /// <summary>The address of a modifier extension of a Consent: how many openings it is for, as <see cref="Consent.CountedOpenings"/> has them. Who does not know it must not act on the consent.</summary>
    public const string Openings = "urn:rapport:openings";

    /// <summary>The address of a modifier extension of a Consent with a reference as value: the treatment in the record with which it ends. Who does not know it must not act on the consent.</summary>
    public const string EndsWith = "urn:rapport:ends-with";

    /// <summary>The address of an extension of a Consent with a string value: the id of the question that its recipient is invited to give an opinion on. It decides nothing about what is shared.</summary>
    public const string AsksOpinion = "urn:rapport:asks-opinion";

    /// <summary>The address of an extension of an ended Consent with a string value: the id of the opinion with which it ended, or <c>declined</c>.</summary>
    public const string GaveOpinion = "urn:rapport:gave-opinion";

    /// <summary>
    /// The address of an extension of a Consent with a date as value: when the patient was born, as was said when a parent or guardian began their record. The consent lets them act as long as the patient is a child.
    /// </summary>
    public const string BornOn = "urn:rapport:born";

    /// <summary>The address of an extension of an ended Consent with a string value: the reference of who took its recipient out of those who look after a small child.</summary>
    public const string TakenOut = "urn:rapport:taken-out-by";

    /// <summary>
    /// The address of a modifier extension of a Consent, as <see cref="Consent.PassedOn"/> has it: it is what somebody passed on whom the patient shares with, and permits nothing by itself. Who does not know it
    /// must not act on the consent.
    /// </summary>
    public const string PassingOn = "urn:rapport:passed-on";

    /// <summary>The address of an extension of a <c>proposed</c> Consent: what the patient set beforehand for the case that they cannot decide any more, as <see cref="Consent.Succession"/> has it.</summary>
    public const string SetForLater = "urn:rapport:succession";

    /// <summary>The address of an extension of a Consent: that it was asked for under what the patient set beforehand, as <see cref="SuccessionAsk"/> has it. It decides nothing about what is shared.</summary>
    public const string AskedFor = "urn:rapport:succession-asked";

    private static readonly string[] Everything = [ConsentAction.Access, ConsentAction.Collect, ConsentAction.Correct, ConsentAction.ShareOn];

    private readonly IReadOnlyList<Message> _problems;

    /// <summary>
    /// The address of an extension of a Consent with a string value: to which message of which conversation its entries are attached (the conversation's id, a point, what tells the message from others). It decides nothing about what
    /// is shared; it ends with the conversation.
    /// </summary>
    public const string AttachesTo = "urn:rapport:attached-to";

    internal PatientConsent(Rule root, IReadOnlyList<Message> problems, bool permitsAnybody) => (Root, _problems, PermitsAnybody, RuleCount) = (root, problems, permitsAnybody, CountOf(root));

    /// <summary>The id of the Consent resource.</summary>
    public required string Id { get; init; }

    /// <summary>The FHIR status as it stands: only <c>active</c> consents count.</summary>
    public required string Status { get; init; }

    /// <summary>The code of the scope: consents of scope <c>patient-privacy</c> count, those of <c>research</c> for research.</summary>
    public required string Scope { get; init; }

    /// <summary>Whose record it is about, as it stands.</summary>
    public required string? Patient { get; init; }

    /// <summary>When it was agreed, as it stands: a FHIR dateTime.</summary>
    public required string? DateTime { get; init; }

    /// <summary>The references of who agreed: the patient, or who may act for them.</summary>
    public required IReadOnlyList<string> Performers { get; init; }

    /// <summary>The references of the organisations that manage it.</summary>
    public required IReadOnlyList<string> Organizations { get; init; }

    /// <summary>Whether a permit in it holds for whoever asks.</summary>
    public bool PermitsAnybody { get; }

    /// <summary>Whether something in it denies what other consents may permit: without it others may see more.</summary>
    public bool Denies => PassedOn is null && HasDenial(Root);

    /// <summary>Every recipient that a permit in it names; empty also when permits name nobody and so speak to anyone.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>The purposes of use that permits in it name; empty when one of them names none and so speaks of any.</summary>
    public required IReadOnlyList<string> Purposes { get; init; }

    /// <summary>The resource types that permits in it name; empty when one of them names none and so speaks of any.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>Whether every permit in it names the entries that it speaks of, or their codes, and none speaks of all of a type.</summary>
    public required bool IsOfChosen { get; init; }

    /// <summary>Whether every permit in it names the codes of what it speaks of, and no single entries: all there is of one test, say, with what is still to come.</summary>
    public required bool IsOfSeries { get; init; }

    /// <summary>Whether recipients are told that there may be more than what is shared with them: unless the consent says otherwise by <see cref="QuietAboutMore"/>.</summary>
    public required bool TellsOfMore { get; init; }

    /// <summary>Which request it answers, by <see cref="AnswersTo"/>; null when it answers none.</summary>
    public required string? AnswersRequest { get; init; }

    /// <summary>What it says of the patient's emergency door, by <see cref="EmergencyDoor"/>; null when it says nothing of it.</summary>
    public required EmergencyRule? Emergency { get; init; }

    /// <summary>The reason that was given where the emergency door was opened and this is what was opened, by <see cref="BrokeGlass"/>; null for every other consent.</summary>
    public required string? BrokeGlassFor { get; init; }

    /// <summary>How many openings it is for; null when they are not counted.</summary>
    public required CountedOpenings? Counted { get; init; }

    /// <summary>The reference of the treatment with which it ends, by <see cref="EndsWith"/>; null when it ends with none.</summary>
    public required string? Treatment { get; init; }

    /// <summary>What it was passed on from, and by whom; null for what is the patient's own.</summary>
    public required PassedOn? PassedOn { get; init; }

    /// <summary>Which version of the consent this is, as it stands; null when it does not.</summary>
    public required string? Version { get; init; }

    /// <summary>What permits in it let do, by <see cref="ConsentAction"/>: what they name; reading where none names anything.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Whom it lets act for the patient; null for a consent that lets nobody.</summary>
    public required Delegation? Delegation { get; init; }

    /// <summary>When the patient was born, by <see cref="BornOn"/>; null when it does not say.</summary>
    public required DateOnly? Born { get; init; }

    /// <summary>The reference of who ended it for whom it let look after a small child, by <see cref="TakenOut"/>; null where it goes on, or they stepped back.</summary>
    public required string? TakenOutBy { get; init; }

    /// <summary>Whether it lets somebody act because the patient is a child: a parent, or a guardian where it says when the patient was born.</summary>
    public bool IsParental => Delegation is { Role: Delegation.Parent } || (Delegation is not null && Born is not null);

    /// <summary>
    /// Whether it lets whom it names do in the record what is to be done for a patient, with all of it: to see, to add, to correct and to share, without any limit of kinds, of time that the data is from, of sensitivity, or of looks. Its
    /// period may end.
    /// </summary>
    public bool IsActingWithoutLimit => Delegation is { } delegation && Everything.All(delegation.Actions.Contains) && Counted is null && Treatment is null && PassedOn is null
        && Root is
        {
            Kind: RuleKind.Permit, Uncertain: false, Rules.Count: 0, Recipients: { HasUnknown: false, Values: [var to] }, Authors: null, Classes: null, Codes: null, DataPeriod: null, Data: null,
            Labels: { HasUnknown: false, Values: var labels },
        }
        && to == delegation.To && SecurityLabels.Levels.All(level => labels.Any(label => label.System == CodeSystems.Confidentiality && label.Code == level));

    /// <summary>
    /// What the patient set beforehand for whom it names, by <see cref="SetForLater"/>; null for every consent that is not <c>proposed</c>, lets nobody act, or would share with anybody but them.
    /// </summary>
    public required Succession? Succession { get; init; }

    /// <summary>That it was asked for under what the patient set beforehand, by <see cref="AskedFor"/>; null when it was not.</summary>
    public required SuccessionAsk? Asked { get; init; }

    /// <summary>The name of the patient as it stands; null when it does not.</summary>
    public required string? PatientName { get; init; }

    /// <summary>On which question it invites its recipient to give an opinion, by <see cref="AsksOpinion"/>; null when it does not.</summary>
    public required string? OpinionOn { get; init; }

    /// <summary>The opinion with which it ended, by <see cref="GaveOpinion"/>; null when it did not end so.</summary>
    public required string? OpinionGiven { get; init; }

    /// <summary>To which message its entries are attached, by <see cref="AttachesTo"/>; null when to none.</summary>
    public required string? Attached { get; init; }

    /// <summary>From when it is valid, inclusive; absent when from ever.</summary>
    public required DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Until when it is valid, exclusive; absent when for ever. The end of a <see cref="Treatment"/>, which the record tells, comes on top.</summary>
    public required DateTimeOffset? ValidUntil { get; init; }

    /// <summary>What of this consent cannot be evaluated, for the patient to read, in the language of who asks; empty when everything can.</summary>
    public IReadOnlyList<string> Problems => [.. _problems.Select(static problem => problem.ToString())];

    /// <summary>What it does that the patient may not have meant, for them to read, in the language of who asks; empty when there is nothing of the kind.</summary>
    public IReadOnlyList<string> Warnings => PermitsAnybody ? [ReadingText.ForAnybody] : [];

    /// <summary>Whether its rules are looked at at all: active, and about sharing data.</summary>
    public bool Counts => Status == "active" && Scope is not ("treatment" or "adr");

    /// <summary>The beginning of <see cref="DateTime"/>; the earliest instant there is when it says none.</summary>
    public DateTimeOffset Made => DateTime is { } said && DateRange.TryParse(said, out var range) ? Instants.FromUnixMs(range.Low) : DateTimeOffset.MinValue;

    /// <summary>Whether it is only looked at, to see what it would do: it is not made yet.</summary>
    public required bool IsProposed { get; init; }

    /// <summary>`your agreement of 3 May 2026`, `this agreement` for one that is not made yet, `your emergency door` for an opening of it that nobody made, or `what Dr Lee passed on on 3 May 2026`.</summary>
    internal string Title => IsProposed ? (BrokeGlassFor is null ? Sentences.Proposed : Sentences.Door) : PassedOn is { } passed ? Sentences.Title(passed, DateTime) : Sentences.Title(DateTime);

    /// <summary>How many rules it has, nested ones and the root among them.</summary>
    public int RuleCount { get; }

    /// <summary>The rules with the policy's default worked in.</summary>
    internal Rule Root { get; }

    private static int CountOf(Rule rule) => 1 + rule.Rules.Sum(CountOf);

    private static bool HasDenial(Rule rule) => rule.Kind == RuleKind.Deny || rule.Rules.Any(HasDenial);

    /// <summary>Reads a resource of type Consent.</summary>
    /// <exception cref="ArgumentException">The resource is not a Consent.</exception>
    public static PatientConsent Read(Resource consent) => Read(consent, isProposed: false);

    /// <summary>Reads one that is not made yet, to see what it would do: reasons name it as the one that is looked at.</summary>
    /// <inheritdoc cref="Read(Resource)"/>
    public static PatientConsent ReadProposed(Resource consent) => Read(consent, isProposed: true);

    private static PatientConsent Read(Resource consent, bool isProposed)
    {
        if (consent.TypeName != "Consent")
        {
            throw new ArgumentException($"a Consent is needed, this is a {consent.TypeName}", nameof(consent));
        }

        return new ConsentReader(consent, isProposed).Read();
    }
}
