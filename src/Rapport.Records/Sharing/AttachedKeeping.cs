using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// The agreements about what is attached in the conversations of one record, from the side of who attaches it: its patient, or whoever looks after a small child as the child itself would (<see cref="GuardianAccess"/>). Thread safe.
/// </summary>
/// <remarks>What somebody else than the patient attaches MUST be passed on (<see cref="PassedOn"/>): those who read see at most what they may see at that moment, and nothing once they act for the patient no more.</remarks>
public sealed class AttachedKeeping
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly OwnReading _reading;
    private readonly ConsentWriting _writing;
    private readonly Actor? _guardian;

    internal AttachedKeeping(RecordServices services, Compartment compartment, OwnReading reading, ConsentWriting writing, Actor? guardian = null) =>
        (_services, _compartment, _reading, _writing, _guardian) = (services, compartment, reading, writing, guardian);

    /// <summary>Whose record.</summary>
    public PatientId Patient => _compartment.Id;

    /// <summary>Whether an agreement is one that they attach by: their own, and no one that somebody passed on but them.</summary>
    internal bool IsTheirs(PatientConsent consent) => _guardian is null ? consent.PassedOn is null : consent.PassedOn?.By[0] == _guardian.Reference;

    internal Task<IReadOnlyList<StoredConsent>> ConsentsAsync(Func<PatientConsent, bool> which, CancellationToken cancel) => _reading.ConsentsAsync(which, cancel);

    /// <summary>Makes an agreement, or replaces one.</summary>
    internal async Task<ConsentWritten> PutAsync(LocalId? id, Resource consent, int? ifVersion, CancellationToken cancel)
    {
        if (_guardian is not null)
        {
            if (await GuardianDoor.PassingOnAsync(_services, _compartment, _guardian, cancel) is not { } from)
            {
                return new ConsentWritten(ConsentWriteStatus.NotFound, null, default, []);
            }

            consent = PassedOnConsent.Bind(consent, _guardian, from, _writing.PatientName);
        }

        return await _writing.PutAsync(id, consent, ifVersion, gift: null, cancel);
    }

    /// <summary>Ends an agreement, whoever made it.</summary>
    internal Task<ConsentWritten> EndAsync(LocalId id, StoredConsent consent, int? ifVersion, CancellationToken cancel) =>
        _writing.PutAsync(id, ConsentJson.Ended(consent.Resource), ifVersion, gift: null, cancel);
}
