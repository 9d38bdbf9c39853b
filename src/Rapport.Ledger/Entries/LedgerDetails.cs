namespace Rapport.Ledger;

/// <summary>
/// What one ledger entry says. Stored sealed under the patient's key beside the leaf; the leaf holds only a salted commitment to the
/// encoding, so that erasing the key leaves a ledger that still verifies and tells nothing. When it happened is in the leaf.
/// Equal when all content is equal. Immutable, thread safe as long as nobody changes the memory handed in.
/// </summary>
public sealed record LedgerDetails
{
    /// <summary>How many random bytes the salt has.</summary>
    public const int SaltLength = 16;

    /// <summary>How many bytes the digest has.</summary>
    public const int DigestLength = 32;

    /// <summary>How many bytes of UTF-8 a text may have.</summary>
    public const int MaxTextLength = 64 * 1024;

    /// <summary>How many bytes of UTF-8 a consent's id may have.</summary>
    public const int MaxConsentLength = 256;

    /// <summary>How many consents an entry may name.</summary>
    public const int MaxConsents = 4096;

    /// <summary>How many bytes <see cref="Entries"/> may have.</summary>
    public const int MaxEntriesLength = 8 * 1024 * 1024;

    /// <summary>What happened.</summary>
    public required LedgerKind Kind { get; init; }

    /// <summary>Who did it: the whole reference, such as <c>Practitioner/…</c>; never empty.</summary>
    public required string Actor { get; init; }

    /// <summary>The actor's name as it was then.</summary>
    public string? ActorName { get; init; }

    /// <summary>For whom the actor acted, when not in its own name: the whole reference.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The name of whom the actor acted for, as it was then.</summary>
    public string? OnBehalfOfName { get; init; }

    /// <summary>The purpose of use, such as <c>TREAT</c>.</summary>
    public string? Purpose { get; init; }

    /// <summary>The ids of the consents that decided.</summary>
    public IReadOnlyList<string> Consents { get; init; } = [];

    /// <summary>How many entries were disclosed or written.</summary>
    public int EntryCount { get; init; }

    /// <summary>32 bytes: a salted digest of what was disclosed or written. The ledger does not look into it.</summary>
    public required ReadOnlyMemory<byte> Digest { get; init; }

    /// <summary>Which entries were disclosed or written. The ledger does not look into it.</summary>
    public ReadOnlyMemory<byte> Entries { get; init; }

    /// <summary>What else is worth telling: the source of an import, the query in words.</summary>
    public string? Note { get; init; }

    /// <summary>16 bytes from a cryptographic random generator, of this entry alone: they keep the commitment from being guessed.</summary>
    public required ReadOnlyMemory<byte> Salt { get; init; }

    /// <summary>How many bytes the encoding has. Throws <see cref="ArgumentException"/> when the details cannot be encoded.</summary>
    public int GetEncodedLength() => DetailsEncoding.Measure(this);

    /// <summary>
    /// The one encoding of these details, as <c>docs/ledger-format.md</c> defines it. Throws <see cref="ArgumentException"/> when they
    /// break a limit named here or hold text that is not valid Unicode: nothing that cannot be recorded may go on.
    /// </summary>
    public byte[] Encode()
    {
        var bytes = new byte[DetailsEncoding.Measure(this)];
        DetailsEncoding.Write(this, bytes);
        return bytes;
    }

    /// <summary>Writes the encoding to the start of <paramref name="destination"/> and returns its length.</summary>
    public int Encode(Span<byte> destination)
    {
        var length = DetailsEncoding.Measure(this);
        DetailsEncoding.Write(this, destination[..length]);
        return length;
    }

    /// <summary>
    /// Reads an encoding; throws <see cref="InvalidDataException"/> when the bytes are not exactly one. The result keeps
    /// <paramref name="encoded"/> for its binary parts rather than copying them.
    /// </summary>
    public static LedgerDetails Decode(ReadOnlyMemory<byte> encoded) => TryDecode(encoded)
        ?? throw new InvalidDataException("the stored details of a ledger entry are broken");

    /// <summary>Reads an encoding, or null when the bytes are not exactly one.</summary>
    public static LedgerDetails? TryDecode(ReadOnlyMemory<byte> encoded) => DetailsEncoding.TryRead(encoded);

    /// <summary>Whether all content is equal.</summary>
    public bool Equals(LedgerDetails? other) => other is not null
        && Kind == other.Kind && Actor == other.Actor && ActorName == other.ActorName
        && OnBehalfOf == other.OnBehalfOf && OnBehalfOfName == other.OnBehalfOfName
        && Purpose == other.Purpose && Note == other.Note && EntryCount == other.EntryCount
        && Consents.SequenceEqual(other.Consents)
        && Digest.Span.SequenceEqual(other.Digest.Span)
        && Entries.Span.SequenceEqual(other.Entries.Span)
        && Salt.Span.SequenceEqual(other.Salt.Span);

    /// <summary>A hash that agrees with <see cref="Equals(LedgerDetails?)"/>.</summary>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.Add(Actor);
        hash.AddBytes(Digest.Span);
        hash.AddBytes(Salt.Span);
        return hash.ToHashCode();
    }
}
