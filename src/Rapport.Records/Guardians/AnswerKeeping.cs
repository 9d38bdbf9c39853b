using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What an answer to somebody who asks a small child would open.</summary>
/// <param name="Then">What they would see, and what they would not.</param>
/// <param name="Sight">What whoever answers may see themself: nothing else of the record is told to them.</param>
/// <param name="Latest">When it ends at the latest, exclusive, since whoever answers looks after the child no longer; null for no end that is known.</param>
public sealed record AnswerView(SharingPreview Then, SharingPreview Sight, DateTimeOffset? Latest);

/// <summary>What came of agreeing to what somebody asks of a small child.</summary>
public enum AnswerOutcome
{
    /// <summary>It is open to them now.</summary>
    Agreed,

    /// <summary>An agreement answers the request already.</summary>
    AnsweredBefore,

    /// <summary>Whoever answers may not, or not any more.</summary>
    NothingHere,

    /// <summary>They passed on to as many as may be.</summary>
    TooMany,

    /// <summary>What they shared with them was ended by somebody else who looks after the child: it is for those to share it again.</summary>
    Refused,
}

/// <summary>
/// How somebody who looks after a small child agrees to what another one asks of the child. The agreement is theirs, passed on (<see cref="PassedOn"/>) by the delegation under which they look after the child: it never opens more than
/// they may see and share at that moment, leaves out what becomes the child's own, and ends with the delegation. Other than what else is passed on it opens nothing that is marked as sensitive. Thread safe.
/// </summary>
/// <remarks>An agreement MUST be written only in a state of the record in which its giver may, and no other agreement answers the same request: that is asked again with each change.</remarks>
public sealed class AnswerKeeping
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly OwnReading _reading;
    private readonly Actor _guardian;
    private readonly string _patientName;

    internal AnswerKeeping(RecordServices services, Compartment compartment, OwnReading reading, Actor guardian, string patientName) =>
        (_services, _compartment, _reading, _guardian, _patientName) = (services, compartment, reading, guardian, patientName);

    /// <summary>What an agreement would open, for the eyes of whoever answers: it is neither released nor recorded. Null when they may not answer any more.</summary>
    /// <param name="recipient">Who asks.</param>
    /// <param name="purpose">HL7 purpose of use.</param>
    /// <param name="consent">A checked R4 Consent about the child.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<AnswerView?> PreviewAsync(Actor recipient, string purpose, Resource consent, CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        if (FromOf(state, _services.Clock.GetUtcNow()) is not { } from)
        {
            return null;
        }

        // What others passed on to them is no part of this answer.
        var proposed = PatientConsent.ReadProposed(PassedOnConsent.Bind(consent, _guardian, from, _patientName));
        var then = await _reading.PreviewAsync(recipient, purpose, [.. state.Rules.Select(static rule => rule.Consent).Where(static known => known.PassedOn is null), proposed], cancel, Givers.AsWritten);
        return new AnswerView(then, await _reading.PreviewAsync(_guardian, PurposeOfUse.ActingForPatient, null, cancel), state.EndOf(from));
    }

    /// <summary>When an agreement ends at the latest, exclusive; null for no end that is known, and for who may not answer.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<DateTimeOffset?> LatestAsync(CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        return FromOf(state, _services.Clock.GetUtcNow()) is { } from ? state.EndOf(from) : null;
    }

    /// <summary>Agrees.</summary>
    /// <param name="consent">A checked R4 Consent about the child, which names the request that it answers.</param>
    /// <param name="recipients">All references by which agreements may name who asks.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed: nothing is agreed, unless the outcome is unknown.</exception>
    public async Task<AnswerOutcome> AgreeAsync(Resource consent, IReadOnlyCollection<string> recipients, CancellationToken cancel)
    {
        while (true)
        {
            var state = await _services.FreshAsync(_compartment, cancel);
            var now = _services.Clock.GetUtcNow();
            if (FromOf(state, now) is not { } from || _guardian.RecipientReferences.Any(recipients.Contains) || !await _services.IsDependent(_compartment.Owner, cancel))
            {
                return AnswerOutcome.NothingHere;
            }

            if (IsRefused(state, recipients, from))
            {
                return AnswerOutcome.Refused;
            }

            if (!PassingOnDoor.HasRoom(state, from, now))
            {
                return AnswerOutcome.TooMany;
            }

            var writing = new ConsentWriting(
                _services, _compartment, _guardian,
                (next, at) => ReferenceEquals(FromOf(next, at), from) && !IsRefused(next, recipients, from) && PassingOnDoor.HasRoom(next, from, at) ? [from.Id] : null) { PatientName = _patientName };
            var written = await writing.PutAsync(null, PassedOnConsent.Bind(consent, _guardian, from, _patientName), ifVersion: null, gift: null, cancel);

            // Whether they may was asked of another state of the record: once more, of the newest.
            if (written.Status != ConsentWriteStatus.NotFound)
            {
                return written.Status switch
                {
                    ConsentWriteStatus.Created => AnswerOutcome.Agreed,
                    ConsentWriteStatus.AnsweredBefore => AnswerOutcome.AnsweredBefore,
                    ConsentWriteStatus.TooMany => AnswerOutcome.TooMany,
                    _ => AnswerOutcome.NothingHere,
                };
            }
        }
    }

    private bool IsRefused(CompartmentState state, IReadOnlyCollection<string> recipients, PatientConsent from) =>
        state.Rules.Any(rule => PassingOnDoor.IsRefusal(state, rule.Consent, _guardian, recipients, from));

    /// <summary>The delegation that it comes from: of several the one that lasts longest.</summary>
    private PatientConsent? FromOf(CompartmentState state, DateTimeOffset now) => _guardian.RecipientReferences.Count > PassedOn.MostReferences ? null
        : GuardianDoor.Under(state, _guardian, now).MaxBy(delegation => state.EndOf(delegation) ?? DateTimeOffset.MaxValue);
}
