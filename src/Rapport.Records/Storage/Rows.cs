using Rapport.Data;

namespace Rapport.Records;

// Rows as they are stored; Dapper fills them.

/// <summary>The head row of a compartment.</summary>
internal sealed record HeadRow
{
    /// <summary>Begins every statement that reads one.</summary>
    internal const string Select = "SELECT patient_id, data_key, record_seq, consent_seq, ledger_size, ledger_frontier, ledger_last FROM compartment";

    public required string PatientId { get; init; }

    public required byte[] DataKey { get; init; }

    public required long RecordSeq { get; init; }

    public required long ConsentSeq { get; init; }

    public required long LedgerSize { get; init; }

    public required byte[] LedgerFrontier { get; init; }

    public required long LedgerLast { get; init; }

    /// <summary>Whether the key is gone, and with it all that it sealed. The ledger's leaves stay.</summary>
    public bool IsErased => DataKey.Length == 0;
}

/// <summary>A stored entry. <see cref="Body"/> is sealed header and JSON.</summary>
internal sealed record EntryRow
{
    public required long Seq { get; init; }

    public required long WrittenAt { get; init; }

    public required byte[] Body { get; init; }
}

/// <summary>A stored part of an entry; its body is sealed.</summary>
internal sealed record PartRow
{
    public required long Seq { get; init; }

    public required int Number { get; init; }

    public required byte[] Body { get; init; }
}

/// <summary>A stored block of provenances; its body is sealed.</summary>
internal sealed record ProvenanceRow
{
    public required long Source { get; init; }

    public required int Block { get; init; }

    public required byte[] Body { get; init; }
}

/// <summary>A stored source; its body is sealed.</summary>
internal sealed record SourceRow
{
    public required long Number { get; init; }

    public required long GatheredAt { get; init; }

    public required byte[] Body { get; init; }
}

/// <summary>A stored ledger entry; its details are sealed.</summary>
internal sealed record StoredLeaf
{
    public required long Seq { get; init; }

    public required byte[] Leaf { get; init; }

    public byte[]? Details { get; init; }

    /// <summary>Row id of the patient's entry before this one, 0 for the first; always 0 on PostgreSQL, which needs no chain.</summary>
    public long Previous { get; init; }
}

/// <summary>The checkpoint signed last.</summary>
internal sealed record StoredCheckpoint
{
    public required long Size { get; init; }

    public required string Text { get; init; }
}

/// <summary>Whom consents name.</summary>
internal sealed record SharingRow
{
    public required byte[] Recipient { get; init; }

    public required long StartsAt { get; init; }

    public required long EndsAt { get; init; }

    public required byte[] Label { get; init; }

    /// <summary>Whether rows of who acts were written with it; 0 for what is from before there were such.</summary>
    public long TellsActing { get; init; } = 1;
}

/// <summary>A ledger entry to be placed: hashed and sealed before its position is known.</summary>
internal readonly record struct LeafDraft(Ledger.LedgerLeaf Leaf, byte[] SealedDetails);

/// <summary>One change of a compartment: all of it or nothing.</summary>
internal sealed record Change
{
    /// <summary>The state the change was worked out against; another one refuses it.</summary>
    internal required long ExpectedRecordSeq { get; init; }

    internal required IReadOnlyList<EntryRow> Entries { get; init; }

    internal required LeafDraft Leaf { get; init; }

    /// <summary>Ledger entries that follow at once, of the same change.</summary>
    internal IReadOnlyList<LeafDraft> Then { get; init; } = [];

    internal SourceRow? Source { get; init; }

    /// <summary>A source that is there already, and has grown.</summary>
    internal SourceRow? Grown { get; init; }

    /// <summary>A source that is there already, with the mark that it was taken back.</summary>
    internal SourceRow? TakenBack { get; init; }

    /// <summary>A device of which what waited is part of this; if it has changed since it was read, nothing is written.</summary>
    internal FoldRow? Folded { get; init; }

    /// <summary>A link that its patient gives from now on.</summary>
    internal LinkRow? GivenLink { get; init; }

    /// <summary>The next version of a link that is opened; if it has changed since it was read, nothing is written.</summary>
    internal LinkRow? OpenedLink { get; init; }

    /// <summary>A card that its patient makes.</summary>
    internal CardRow? MadeCard { get; init; }

    /// <summary>The local id of an agreement that ends: nothing leads to its link any more, or its card is taken back, if it has one.</summary>
    internal string? EndedAgreement { get; init; }

    internal IReadOnlyList<PartRow> Parts { get; init; } = [];

    internal IReadOnlyList<ProvenanceRow> Provenance { get; init; } = [];

    /// <summary>Replaces all sharing rows of the patient; null leaves them.</summary>
    internal IReadOnlyList<SharingRow>? Sharing { get; init; }

    /// <summary>The <c>consent_seq</c> of the state after it; null leaves what it is. Set by <see cref="RecordServices"/>, so that memory and head row say the same.</summary>
    internal long? ConsentSeq { get; init; }

    /// <summary>Whose room it takes, and how much; null for what is written however full the record is.</summary>
    internal RoomWanted? Room { get; init; }

    /// <summary>How much of it is entries that are labelled anew because of what somebody else than the patient writes.</summary>
    internal (long Entries, long Bytes) Followed { get; init; }

    /// <summary>How much is stored by it. Where entries of a source stood is written anew as it grows: that counts once.</summary>
    internal (long Entries, long Bytes) Size => (
        Entries.Count,
        Entries.Sum(static entry => (long)entry.Body.Length) + Parts.Sum(static part => (long)part.Body.Length) + (Source is null ? 0 : Source.Body.Length + Provenance.Sum(static block => (long)block.Body.Length)));

    /// <summary>How long the ledger was when the change was worked out; another length refuses it. Null where that makes no difference.</summary>
    internal long? ExpectedLedgerSize { get; init; }
}

/// <summary>The sealed places of a compartment's rows.</summary>
internal static class Places
{
    internal static Place DataKey(PatientId patient) => Place.Of("compartment", patient, 0);

    internal static Place Head(PatientId patient, long ledgerSize) => Place.Of("head", patient, ledgerSize);

    internal static Place Entry(PatientId patient, long seq) => Place.Of("entry", patient, seq);

    /// <summary>A part is bound to its entry and its number among the entry's parts.</summary>
    internal static Place Part(PatientId patient, long seq, int number) => Place.Of("entry_part", patient, (seq << EntryParts.NumberBits) | (long)number);

    internal static Place Provenance(PatientId patient, long source, int block) => Place.Of("provenance", patient, (source << EntryParts.NumberBits) | (long)block);

    /// <summary>A link is bound to its version, so that an earlier one does not open in its place.</summary>
    internal static Place Link(PatientId patient, LocalId link, long version) => Place.Of("health_link", patient, unchecked(NumberOf(link) + version));

    /// <summary>What an address of a file is sealed for: one link alone.</summary>
    internal static Place LinkFile(PatientId patient, LocalId link) => Place.Of("link_file", patient, NumberOf(link));

    /// <summary>A card is bound to its version, as a link is.</summary>
    internal static Place Card(PatientId patient, LocalId card, long version) => Place.Of("health_card", patient, unchecked(NumberOf(card) + version));

    /// <summary>A list of questions is bound to its version, as a link is.</summary>
    internal static Place Visit(PatientId patient, LocalId visit, long version) => Place.Of("prepared_visit", patient, unchecked(NumberOf(visit) + version));

    internal static Place Delivery(PatientId patient, LocalId delivery) => Place.Of("link_delivery", patient, NumberOf(delivery));

    internal static Place DeliveryPart(PatientId patient, LocalId delivery, int number) => Place.Of("link_delivery_part", patient, NumberOf(delivery) ^ ((long)number << 32));

    internal static Place Source(PatientId patient, long number) => Place.Of("source", patient, number);

    /// <summary>Details are sealed before their position is known: bound to the leaf that commits to them.</summary>
    internal static Place Details(PatientId patient, in Ledger.LedgerLeaf leaf)
    {
        Span<byte> commitment = stackalloc byte[Ledger.TreeHash.Length];
        leaf.Commitment.CopyTo(commitment);
        return Place.Of("ledger", patient, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(commitment));
    }

    internal static Place Sharing(PatientId patient, ReadOnlySpan<byte> recipient) =>
        Place.Of("sharing", patient, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(recipient));

    internal static Place Looker(PatientId patient, ReadOnlySpan<byte> looker) =>
        Place.Of("looker", patient, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(looker));

    private static long NumberOf(LocalId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.WriteBytes(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes);
    }
}
