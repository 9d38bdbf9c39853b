using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Rapport.Data;

/// <summary>
/// Seals and opens bytes under one 256-bit key with AES-256-GCM (NIST SP 800-38D). A sealed value is
/// <c>nonce (12) ‖ ciphertext ‖ tag (16)</c> with a random nonce; the associated data names the place of the value, so that a row that is
/// moved elsewhere does not open. Thread safe.
/// </summary>
public sealed class Sealer : IDisposable
{
    /// <summary>Bytes that sealing adds.</summary>
    public const int Overhead = NonceLength + TagLength;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    // One AesGcm must not be used by two threads at once, and making one costs a key schedule: idle ones wait here.
    private readonly ConcurrentBag<AesGcm> _idle = [];
    private readonly byte[] _key;
    private volatile bool _forgotten;

    /// <param name="key">32 bytes, copied.</param>
    public Sealer(ReadOnlySpan<byte> key)
    {
        if (key.Length != 32)
        {
            throw new ArgumentException("a key has 32 bytes", nameof(key));
        }

        _key = key.ToArray();
    }

    /// <summary>Seals <paramref name="plain"/> for the place that <paramref name="place"/> names.</summary>
    public byte[] Seal(in Place place, ReadOnlySpan<byte> plain)
    {
        var target = new byte[plain.Length + Overhead];
        var nonce = target.AsSpan(0, NonceLength);
        RandomBytes.Fill(nonce);
        Span<byte> associated = stackalloc byte[Place.MaxLength];
        var aes = Rent();
        aes.Encrypt(nonce, plain, target.AsSpan(NonceLength, plain.Length), target.AsSpan(NonceLength + plain.Length), associated[..place.Write(associated)]);
        Return(aes);
        return target;
    }

    /// <summary>Opens a sealed value into <paramref name="target"/>, which has <c>sealed.Length - Overhead</c> bytes.</summary>
    /// <exception cref="SealBrokenException">The value was changed, moved from another place, or sealed under another key.</exception>
    public void Open(in Place place, ReadOnlySpan<byte> sealedValue, Span<byte> target)
    {
        if (sealedValue.Length < Overhead || target.Length != sealedValue.Length - Overhead)
        {
            throw new SealBrokenException(place);
        }

        Span<byte> associated = stackalloc byte[Place.MaxLength];
        var aes = Rent();
        try
        {
            aes.Decrypt(sealedValue[..NonceLength], sealedValue[NonceLength..^TagLength], sealedValue[^TagLength..], target, associated[..place.Write(associated)]);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBrokenException(place);
        }
        finally
        {
            Return(aes);
        }
    }

    /// <inheritdoc cref="Open(in Place, ReadOnlySpan{byte}, Span{byte})"/>
    public byte[] Open(in Place place, ReadOnlySpan<byte> sealedValue)
    {
        var target = new byte[Math.Max(0, sealedValue.Length - Overhead)];
        Open(place, sealedValue, target);
        return target;
    }

    /// <summary>32 bytes that follow from the key and a use of it (HKDF-SHA256, RFC 5869): the same each time, and whoever has them learns nothing of the key.</summary>
    public byte[] Derive(string use)
    {
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, 32, info: Encoding.UTF8.GetBytes("rapport/derived/" + use));

        // Asked after the key was read: of a key zeroed meanwhile nothing may follow.
        ObjectDisposedException.ThrowIf(_forgotten, this);
        return derived;
    }

    /// <summary>Forgets the key. Values being sealed or opened at this moment still finish.</summary>
    public void Dispose()
    {
        _forgotten = true;
        CryptographicOperations.ZeroMemory(_key);
        DisposeIdle();
    }

    private void DisposeIdle()
    {
        while (_idle.TryTake(out var aes))
        {
            aes.Dispose();
        }
    }

    private void Return(AesGcm aes)
    {
        _idle.Add(aes);

        // Asked after the adding: one that comes back late must not go on opening what was to be forgotten.
        if (_forgotten)
        {
            DisposeIdle();
        }
    }

    private AesGcm Rent()
    {
        ObjectDisposedException.ThrowIf(_forgotten, this);
        if (_idle.TryTake(out var aes))
        {
            return aes;
        }

        aes = new AesGcm(_key, TagLength);
        // Asked after the key was read: a key zeroed meanwhile must never seal anything.
        ObjectDisposedException.ThrowIf(_forgotten, this);
        return aes;
    }
}

/// <summary>The place of a sealed value: table, owner and number within the owner. Bound into the seal.</summary>
/// <param name="Table">A short ASCII name, at most 24 characters.</param>
/// <param name="Owner">16 bytes of the patient, person, organisation or conversation whose row it is; zero for the installation.</param>
/// <param name="Number">Row number or version within the owner.</param>
public readonly record struct Place(string Table, UInt128 Owner, long Number)
{
    internal const int MaxLength = 24 + 1 + 16 + 8;

    /// <summary>A place in a patient's compartment.</summary>
    public static Place Of(string table, PatientId patient, long number)
    {
        Span<byte> owner = stackalloc byte[16];
        patient.WriteBytes(owner);
        return new Place(table, BinaryPrimitives.ReadUInt128BigEndian(owner), number);
    }

    /// <summary>A place among a person's own rows.</summary>
    public static Place Of(string table, PersonId person, long number)
    {
        Span<byte> owner = stackalloc byte[16];
        person.WriteBytes(owner);
        return new Place(table, BinaryPrimitives.ReadUInt128BigEndian(owner), number);
    }

    /// <summary>A place among an organisation's own rows.</summary>
    public static Place Of(string table, OrganisationId organisation, long number)
    {
        Span<byte> owner = stackalloc byte[16];
        organisation.WriteBytes(owner);
        return new Place(table, BinaryPrimitives.ReadUInt128BigEndian(owner), number);
    }

    /// <summary>A place in a conversation.</summary>
    public static Place Of(string table, ConversationId conversation, long number)
    {
        Span<byte> owner = stackalloc byte[16];
        conversation.WriteBytes(owner);
        return new Place(table, BinaryPrimitives.ReadUInt128BigEndian(owner), number);
    }

    internal int Write(Span<byte> target)
    {
        var length = Encoding.ASCII.GetBytes(Table, target);
        target[length++] = 0;
        BinaryPrimitives.WriteUInt128BigEndian(target[length..], Owner);
        BinaryPrimitives.WriteInt64BigEndian(target[(length + 16)..], Number);
        return length + 24;
    }
}

/// <summary>A sealed value does not open: it was changed, moved, or belongs to another key. The message names the place, never the content.</summary>
public sealed class SealBrokenException(Place place)
    : Exception($"a sealed value in `{place.Table}` number {place.Number} does not open: the row was changed or moved, or the key is another one");
