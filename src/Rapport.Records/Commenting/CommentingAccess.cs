using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// What somebody may comment on in a patient's record for one purpose, in their own name or, where they act for the patient, for them; and taking it back. Only <see cref="CommentingDoor"/> makes one. Each change is
/// decided anew, with the state of the record that it is written on. Thread safe.
/// </summary>
public sealed class CommentingAccess
{
    /// <summary>The kind of a source that is a comment.</summary>
    public const string Kind = "comment";

    /// <summary>What the ledger notes of a comment.</summary>
    public const string Note = "comment: on an entry";

    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly string _purpose;

    internal CommentingAccess(RecordServices services, Compartment compartment, Actor actor, string purpose, string patientName)
    {
        (_services, _compartment, _purpose, PatientName) = (services, compartment, purpose, patientName);
        Actor = IsActing ? actor with { For = new ActedFor($"Patient/{compartment.IdText}", patientName) } : actor;
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient => _compartment.Id;

    /// <summary>The name the patient is known by.</summary>
    public string PatientName { get; }

    /// <summary>Who comments.</summary>
    public Actor Actor { get; }

    /// <summary>Whether they do so for the patient, and not in their own name.</summary>
    public bool IsActing => _purpose == PurposeOfUse.ActingForPatient;

    /// <summary>Whether they may comment on an entry now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> MayCommentOnAsync(string type, LocalId local, CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        return Under(state, type, local, _services.Clock.GetUtcNow()) is not null;
    }

    /// <summary>Writes a comment on an entry.</summary>
    /// <param name="type">The FHIR type of the entry.</param>
    /// <param name="local">Its id.</param>
    /// <param name="words">The words.</param>
    /// <param name="by">Who writes it, as others are told it.</param>
    /// <param name="source">What the patient knows it by where sources are told.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when they may not comment on it now, or there is no such entry: nobody can tell which.</returns>
    /// <exception cref="StorageException">The database failed: nothing is written, unless the outcome is unknown.</exception>
    public Task<bool> CommentAsync(string type, LocalId local, CommentWords words, string by, string source, CancellationToken cancel) =>
        CommentWriting.WriteAsync(_services, Writing((state, now) => Under(state, type, local, now)), (type, local), words, (Actor.Reference, by), source, cancel);

    /// <summary>Takes back a comment that they wrote themselves. False when there is no such comment of theirs, or they may comment no more.</summary>
    /// <param name="comment">Its id.</param>
    /// <param name="plan">Works out what that means, as for every source.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> TakeBackAsync(LocalId comment, Func<GatheringView, IReadOnlyList<Source>, long, ValueTask<IReadOnlyList<EntryDraft>>> plan, CancellationToken cancel) =>
        await CommentWriting.SourceOfAsync(_services, _compartment, comment, cancel) is { } source && source.GatheredBy == Actor.Reference
        && await Writing((state, now) => Agreements(state, now).Select(static agreement => agreement.Id).ToArray() is { Length: > 0 } under ? under : null)
            .TakeBackAsync(source.Number, (view, sources) => plan(view, sources, source.Number), cancel) is not null;

    private OwnWriting Writing(Standing standing) => new OthersWriting(_services, _compartment, Actor).By(standing);

    /// <summary>The agreements in force that let them comment, whatever on.</summary>
    private IReadOnlyList<PatientConsent> Agreements(CompartmentState state, DateTimeOffset now) => Agreements(state, Actor, _purpose, now);

    /// <inheritdoc cref="Agreements(CompartmentState, DateTimeOffset)"/>
    internal static IReadOnlyList<PatientConsent> Agreements(CompartmentState state, Actor actor, string purpose, DateTimeOffset now) =>
        purpose == PurposeOfUse.ActingForPatient ? [.. Standings.Of(state, actor, now).Where(static delegation => delegation.Delegation!.Actions.Contains(ConsentAction.Comment))]
            : Standings.Own(state, actor, ConsentAction.Comment, now);

    /// <summary>Under which agreements they may comment on an entry, which they must see; null when they may not.</summary>
    private string[]? Under(CompartmentState state, string type, LocalId local, DateTimeOffset now)
    {
        if (CommentWriting.RowOf(state, type, local) is not { } row || !state.Decide(Actor, _purpose, now).PermittedNow.Contains(row))
        {
            return null;
        }

        var decision = state.Decide(Actor, _purpose, ConsentAction.Comment, now);
        string[] under = [.. Agreements(state, now).Select(static agreement => agreement.Id).Where(agreement => decision.PermittedBy(agreement).Contains(row))];
        return under.Length > 0 ? under : null;
    }
}
