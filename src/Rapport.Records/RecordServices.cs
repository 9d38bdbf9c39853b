using Rapport.Consent;
using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>What the parts of this module share.</summary>
internal sealed record RecordServices(
    RecordStore Store, LedgerTable Ledger, Database Database, Keyring Keyring, CompartmentCache Cache, CheckpointSigner Signer, LabelRules Rules, TimeProvider Clock)
{
    /// <summary>How a consent's recipient is found without keeping their reference in clear.</summary>
    internal byte[] RecipientHash(string reference) => Keyring.LookupHash("recipient", reference);

    /// <summary>How a consent by which somebody acts for its patient is found: nobody can tell that it is of the same recipient.</summary>
    internal byte[] ActingHash(string reference) => Keyring.LookupHash("recipient", reference + "\nacts");

    /// <summary>The links that patients gave.</summary>
    internal LinkTable Links { get; } = new(Database);

    /// <summary>Who looked at which record.</summary>
    internal LookerTable Lookers { get; } = new(Database);

    /// <summary>The cards that patients made.</summary>
    internal CardTable Cards { get; } = new(Database);

    /// <summary>How often passcodes of links are hashed.</summary>
    internal int PasscodeIterations { get; init; } = RecordsOptions.UsualPasscodeIterations;

    /// <summary>By what somebody is known now: see <see cref="RecordsOptions.KnownAs"/>.</summary>
    internal Func<string, CancellationToken, ValueTask<IReadOnlyList<string>>> KnownAs { get; init; } = RecordsOptions.OnlyThemselves;

    /// <summary>Whether somebody has never been in: see <see cref="RecordsOptions.IsDependent"/>.</summary>
    internal Func<PersonId, CancellationToken, ValueTask<bool>> IsDependent { get; init; } = RecordsOptions.Nobody;

    /// <summary>By what those are known now who passed something of a record on to somebody.</summary>
    internal async ValueTask<Givers> GiversAsync(CompartmentState state, Actor recipient, CancellationToken cancel)
    {
        Dictionary<string, IReadOnlyList<string>>? known = null;
        foreach (var consent in state.PassedOn)
        {
            if (consent.Recipients.Any(recipient.RecipientReferences.Contains) && consent.PassedOn!.By[0] is var giver && known?.ContainsKey(giver) != true)
            {
                (known ??= [])[giver] = await KnownAs(giver, cancel);
            }
        }

        return known is null ? Givers.None : new Givers(known);
    }

    /// <summary>How whoever looked is found without keeping their reference in clear.</summary>
    internal byte[] LookerHash(string reference) => Keyring.LookupHash("looker", reference);

    /// <summary>How the room that somebody takes is found without keeping their reference in clear.</summary>
    internal string WriterHash(string reference) => Convert.ToHexString(Keyring.LookupHash("writer", reference));

    /// <summary>
    /// The id of something that is the same whenever the same is sent, so that a repetition is found. To whoever has no key of the installation it is as random as any other: nobody learns from one id what another is.
    /// </summary>
    internal LocalId IdOf(string kind, string what) => LocalId.FromBytes(Keyring.LookupHash(kind, what));

    /// <summary>How a link is found without keeping its address in clear.</summary>
    internal byte[] LinkHash(string path) => Keyring.LookupHash("link-path", path);

    /// <summary>
    /// Works with somebody's record for somebody else. What there is <paramref name="otherwise"/>, when there is no such record, it was erased, or it is the caller's own: whoever asks cannot tell which. What
    /// a door answers where nothing is permitted MUST be the same.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    internal Task<T> WithOthersAsync<T>(PatientId patient, Actor actor, T otherwise, Func<Compartment, Task<T>> work) =>
        WithAsync(patient, otherwise, async compartment => compartment.Owner == actor.Person ? otherwise : await work(compartment));

    /// <summary>The same for anybody, its patient too.</summary>
    /// <inheritdoc cref="WithOthersAsync"/>
    internal Task<T> WithAsync<T>(PatientId patient, T otherwise, Func<Compartment, Task<T>> work) =>
        RecordDamage.HideAsync(otherwise, async () => await Cache.GetAsync(patient) is { } compartment ? await work(compartment) : otherwise);

    /// <summary>The compartment's state, no older than what was committed anywhere before the call, and labelled by this node's rules.</summary>
    internal async Task<CompartmentState> FreshAsync(Compartment compartment, CancellationToken cancel)
    {
        await FreshHeadAsync(compartment, cancel);
        if (!compartment.State.Labelled.IsBy(Rules))
        {
            try
            {
                await Relabelling.EnsureAsync(this, compartment, cancel);
            }
            catch (Exception e) when (e is StorageException { Failure: StorageFailure.Full or StorageFailure.Unavailable } || RecordDamage.IsShownBy(e))
            {
                // For the patient's own eyes it needs no labels: what cannot be written now, or is damaged, must not keep them from reading, nor from stopping what they share.
            }
        }

        return compartment.State;
    }

    /// <summary>The head row, no older than what was committed anywhere before the call; the compartment's state is not behind it either.</summary>
    internal Task<HeadRow> FreshHeadAsync(Compartment compartment, CancellationToken cancel) => Cache.BringForwardAsync(compartment, compartment.State, cancel);

    /// <summary>Applies a change. Its position in the ledger, or what is below 0 when something changed meanwhile and nothing was written.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordFullException">There is no room for it.</exception>
    internal async Task<long> ApplyAsync(Compartment compartment, Change change, CancellationToken cancel)
    {
        try
        {
            return await Store.ApplyAsync(compartment.Id, compartment.Sealer, change, cancel) is not RecordStore.NoRoom and var applied ? applied : throw new RecordFullException();
        }
        catch (StorageException e) when (e.Failure == StorageFailure.OutcomeUnknown)
        {
            // The commit may have happened: the ledger tells.
            var position = await Store.FindLeafAsync(compartment.Id, change.Leaf.Leaf, CancellationToken.None);
            if (position < 0)
            {
                throw;
            }

            return position;
        }
    }

    /// <summary>Applies a change after which the record is in this state.</summary>
    /// <inheritdoc cref="ApplyAsync(Compartment, Change, CancellationToken)"/>
    internal async Task<long> ApplyAsync(Compartment compartment, Change change, CompartmentState next, CancellationToken cancel)
    {
        var position = await ApplyAsync(compartment, change with { ConsentSeq = next.ConsentSeq }, cancel);
        if (position >= 0)
        {
            Cache.Advance(compartment, next);
        }

        return position;
    }
}
