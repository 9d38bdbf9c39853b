using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Conversations;

/// <summary>
/// Somebody who stands on the patient's side of a conversation as the patient does: attaches entries, takes others out, ends it, puts what came into the record. That is the patient themself, and whoever looks after a small child as the
/// child itself would; nobody else who acts for a patient.
/// </summary>
internal sealed class PatientSide
{
    private readonly Func<RecordQuery, CancellationToken, Task<RecordAnswer?>> _read;
    private readonly ActingAccess? _acting;

    private PatientSide(AttachedKeeping attached, Func<RecordQuery, CancellationToken, Task<RecordAnswer?>> read, OwnAccess? own, ActingAccess? acting) => (Attached, _read, Own, _acting) = (attached, read, own, acting);

    /// <summary>The agreements about what is attached.</summary>
    public AttachedKeeping Attached { get; }

    /// <summary>The record, where it is their own; null where they look after a child.</summary>
    public OwnAccess? Own { get; }

    /// <summary>The name of the child whom they look after; null where the record is their own.</summary>
    public string? Child => _acting?.PatientName;

    /// <summary>Who they are.</summary>
    public Actor Actor => Own?.Actor ?? _acting!.Actor;

    /// <summary>Whoever asks, in a conversation; null where they do not stand there as the patient.</summary>
    /// <param name="http">The request.</param>
    /// <param name="records">The way to records.</param>
    /// <param name="view">The conversation.</param>
    /// <param name="what">What for.</param>
    /// <param name="byPrograms">Whether a program of theirs does it too: else what they do for a child they do in their own session alone.</param>
    /// <exception cref="MissingScopeException">The caller's access token is not made for it.</exception>
    public static async Task<PatientSide?> OfAsync(HttpContext http, RecordDoor records, TalkView view, TokenScopes what, bool byPrograms = false)
    {
        if (view.IsOwn)
        {
            return await records.OpenOwnAsync(http, what) is { } own ? Of(own) : null;
        }

        return (byPrograms || http.FindSession() is not null) && view.Capacity.For is { } child && child == view.Patient && view.IsPatients && await records.OpenGuardianAsync(http, child, what) is { } guardian && await records.OpenActingAsync(http, child) is { } acting
            ? new PatientSide(guardian.Attached, async (query, _) => await records.AskAsync(http, child, PurposeOfUse.ActingForPatient, query), null, acting)
            : null;
    }

    /// <summary>The patient themself.</summary>
    public static PatientSide Of(OwnAccess own) => new(own.Attached, async (query, cancel) => await own.QueryAsync(query, cancel), own, null);

    /// <summary>Asks the record: one's own, or a child's through the gate. Null where nothing of it may be seen.</summary>
    public Task<RecordAnswer?> ReadAsync(RecordQuery query, CancellationToken cancel) => _read(query, cancel);

    /// <summary>Where entries of the record came from, as far as they are told.</summary>
    public Task<IReadOnlyList<Source>> SourcesAsync(CancellationToken cancel) => Own is not null ? Own.SourcesAsync(cancel) : _acting!.SourcesAsync(cancel);

    /// <summary>Puts something into the record.</summary>
    /// <returns>Whether it is taken, and the references of what was written where that may be told.</returns>
    public async Task<(bool IsTaken, IReadOnlyList<string> Entries)> BringAsync(HarvestedSource source, ImportOptions options, CancellationToken cancel)
    {
        if (Own is null)
        {
            return (await Importer.WriteAsync(_acting!, source, options, cancel) is null, []);
        }

        var written = await Importer.WriteAsync(Own, source, options, cancel);
        return (written.Status != ImportStatus.Refused, [.. written.Entries.Select(static entry => $"{entry.ResourceType}/{entry.Id}")]);
    }
}
