using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Rapport.Ledger;

/// <summary>
/// A SHA-256 hash in or about a ledger's tree: of a leaf, of an inner node, the root, or a commitment. The default value is
/// 32 zero bytes, which is the hash of nothing known. Immutable, thread safe.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TreeHash
{
    /// <summary>How many bytes a hash has.</summary>
    public const int Length = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes the hash from exactly 32 bytes; any other length is a bug of the caller.</summary>
    public static TreeHash FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? MemoryMarshal.Read<TreeHash>(bytes)
        : throw new ArgumentException($"a hash has {Length} bytes, not {bytes.Length}", nameof(bytes));

    /// <summary>Reads 64 hexadecimal digits, in either case.</summary>
    public static bool TryParseHex([NotNullWhen(true)] string? text, out TreeHash hash)
    {
        hash = default;
        if (text is not { Length: 2 * Length })
            return false;
        Span<byte> bytes = stackalloc byte[Length];
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        hash = FromBytes(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    /// <summary>The 32 bytes, as an array of the caller's own.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The 44 characters of standard base64, as checkpoints write a root.</summary>
    public string ToBase64()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
