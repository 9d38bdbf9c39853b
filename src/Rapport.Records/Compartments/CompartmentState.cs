using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// A compartment as it was at one <c>record_seq</c>: index, sealed bodies, the patient's consents compiled, and decisions already made.
/// Immutable but for what it remembers. Thread safe.
/// </summary>
internal sealed class CompartmentState
{
    private readonly Lazy<CompiledConsents> _compiled;
    private readonly WriterConsents _compiledForWriters;
    private readonly PatientId _patient;
    private readonly long _bytes;
    private readonly Sealer _sealer;

    internal CompartmentState(PatientId patient, Sealer sealer, long consentSeq, CompartmentIndex index, byte[][] bodies, IReadOnlyList<Rule> rules, IReadOnlyList<EntryLink> links, OwnLabels ownLabels, LabelledState labelled, StateWords? earlierWords, MinorPolicy? minors)
    {
        (_patient, _sealer) = (patient, sealer);
        ConsentSeq = consentSeq;
        Index = index;
        Bodies = bodies;
        Rules = rules;
        Delegations = [.. rules.Select(static rule => rule.Consent).Where(static consent => consent is { Counts: true, Delegation: not null })];
        PassedOn = [.. rules.Select(static rule => rule.Consent).Where(static consent => consent is { Counts: true, PassedOn: not null })];
        Links = links;
        OwnLabels = ownLabels;
        Labelled = labelled;
        Minors = minors ?? MinorPolicy.Usual;
        _compiled = new(() => Compile([.. rules.Select(static r => r.Consent)], null));
        Words = new StateWords(index, Read, earlierWords);
        var bytes = index.Bytes + bodies.Sum(b => b.Length + 32L);

        // An eighth for decisions, and enough for a few where the record is small.
        var decisions = Math.Max(4096, bytes / 8);
        Decisions = new DecisionMemory(decisions);

        // As much again where marks do not concern everybody: room for consents made ready for several.
        var forWriters = ownLabels.ExceptForWriter.Count == 0 ? 0 : Math.Max(64 * 1024, bytes / 8);
        _compiledForWriters = new WriterConsents(forWriters);
        _bytes = bytes + decisions + forWriters;
    }

    internal long RecordSeq => Index.Count;

    internal long ConsentSeq { get; }

    internal CompartmentIndex Index { get; }

    /// <summary>The sealed body of each row.</summary>
    internal byte[][] Bodies { get; }

    /// <summary>The current versions of the consents that the patient made.</summary>
    internal IReadOnlyList<Rule> Rules { get; }

    /// <summary>Those of them by which somebody acts for the patient.</summary>
    internal IReadOnlyList<PatientConsent> Delegations { get; }

    /// <summary>Those of them by which somebody passed something on.</summary>
    internal IReadOnlyList<PatientConsent> PassedOn { get; }

    /// <summary>What the patient said of pairs of entries.</summary>
    internal IReadOnlyList<EntryLink> Links { get; }

    /// <summary>What the patient said of labels.</summary>
    internal OwnLabels OwnLabels { get; }

    /// <summary>By which rules its entries are labelled.</summary>
    internal LabelledState Labelled { get; }

    /// <summary>What holds for children.</summary>
    internal MinorPolicy Minors { get; }

    /// <summary>Decisions already made.</summary>
    internal DecisionMemory Decisions { get; }

    /// <summary>The words of the entries.</summary>
    internal StateWords Words { get; }

    /// <summary>Bytes this state keeps in memory, with what its decisions may take, and consents made ready for those whom some marks do not concern.</summary>
    internal long Bytes => _bytes + (Words.Known?.Bytes ?? 0);

    /// <summary>What consents can ask of this state.</summary>
    /// <param name="treatments">Where treatments stand when it is not this state; null for this state.</param>
    internal CompartmentView View(RecordView? treatments = null) => new(_patient, Index, Read, treatments, OwnLabels.ExceptForWriter);

    /// <summary>What the patient's consents say to this recipient and purpose at this instant.</summary>
    /// <param name="recipient">Who.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="at">When.</param>
    /// <param name="givers">By what those are known who passed something on to them; null for nobody: then nothing is seen by way of that.</param>
    internal Decision Decide(Actor recipient, string purpose, DateTimeOffset at, Givers? givers = null)
    {
        givers ??= Givers.None;
        if (Decisions.Find(recipient, purpose, givers, at) is { } known)
        {
            return known;
        }

        var decision = CompiledFor(recipient).Decide(
            new DisclosureRequest(new Recipient(recipient.Name, recipient.RecipientReferences), purpose, ConsentAction.Access, at) { Givers = givers });

        // A refusal is cheap to work out again, and whoever asks for nothing of theirs must not push out what is in use.
        if (!decision.Permitted.IsEmpty)
        {
            Decisions.Keep(recipient, purpose, givers, at, decision);
        }

        return decision;
    }

    /// <summary>Consents made ready to decide about this state for somebody: marks that do not concern them (<see cref="LabelWord.ExceptFor"/>) are none for them.</summary>
    internal CompiledConsents Compile(IReadOnlyList<PatientConsent> consents, Actor? recipient) => CompiledConsents.Compile(
        consents, new CompartmentView(_patient, Index, Read, marks: recipient is null ? OwnLabels.ExceptForWriter : [.. OwnLabels.ExceptForWriter.Where(word => !IsBy(word, recipient))]), Minors);

    private static bool IsBy(LabelWord word, Actor recipient) => recipient.Reference == word.ExceptFor || recipient.RecipientReferences.Contains(word.ExceptFor!);

    private CompiledConsents CompiledFor(Actor recipient) =>
        OwnLabels.ExceptForWriter.Count == 0 || WriterConsents.KeyOf(OwnLabels.ExceptForWriter.Where(word => IsBy(word, recipient)).Select(static word => word.ExceptFor!)) is not { Length: > 0 } writers ? _compiled.Value
        : _compiledForWriters.For(writers, () => Compile([.. Rules.Select(static rule => rule.Consent)], recipient));

    /// <summary>Until when a consent is valid, exclusive, the end of the treatment it is for, full age, and the end of what it was passed on from included; null for no end that is known yet.</summary>
    internal DateTimeOffset? EndOf(PatientConsent consent)
    {
        if (consent.PassedOn is { } passed)
        {
            return new[] { consent.ValidUntil, EndOf(passed) }.Min();
        }

        var treated = consent.Treatment is { } treatment ? View().EndOf(treatment, consent.Made) : null;
        var grown = consent.IsParental ? Minors.EndOf(consent, View().Born) : null;
        return new[] { consent.ValidUntil, treated, grown }.Min();
    }

    /// <summary>When the consent ends that something was passed on from, as it was then: with a newer version it has ended.</summary>
    private DateTimeOffset? EndOf(PassedOn passed) =>
        Rules.FirstOrDefault(rule => rule.Consent.Id == passed.From) is not { } from ? DateTimeOffset.UnixEpoch
        : passed.IsFrom(from.Consent) ? EndOf(from.Consent)
        : DateTimeOffset.FromUnixTimeMilliseconds(Index.AtOf(from.Row));

    /// <summary>What the patient's consents say to somebody who would do more than read: not remembered, since it is asked seldom.</summary>
    internal Decision Decide(Actor actor, string purpose, string action, DateTimeOffset at) =>
        CompiledFor(actor).Decide(new DisclosureRequest(new Recipient(actor.Name, actor.RecipientReferences), purpose, action, at));

    /// <summary>The entry of a row; null when more stands beside it than it says itself, such as the points of a series.</summary>
    internal Resource? ReadWithoutParts(int row)
    {
        var plain = _sealer.Open(Places.Entry(_patient, row + 1), Bodies[row]);
        return EntryHeader.Read(plain).HasParts ? null : Resource.Read(EntryHeader.Body(plain.AsMemory()));
    }

    /// <summary>The entry of a row, without what stands beside it.</summary>
    internal Resource Read(int row) => Resource.Read(EntryHeader.Body(_sealer.Open(Places.Entry(_patient, row + 1), Bodies[row]).AsMemory()));

    /// <summary>A consent that the patient made, with the row it stands in.</summary>
    internal sealed record Rule(int Row, PatientConsent Consent);
}
