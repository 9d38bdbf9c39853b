namespace Rapport.Ledger;

/// <summary>
/// The DER form of an ECDSA P-256 signature (RFC 3279 section 2.2.3): a sequence of two integers. Read strictly, so that no two texts
/// stand for the same pair.
/// </summary>
internal static class EcdsaSignature
{
    /// <summary>How many bytes each of the two numbers has in the fixed form.</summary>
    public const int FieldLength = 32;

    private const byte SequenceTag = 0x30;
    private const byte IntegerTag = 0x02;

    /// <summary>Writes both numbers, most significant byte first, to the 64 bytes of <paramref name="fixedForm"/>.</summary>
    public static bool TryReadDer(ReadOnlySpan<byte> der, Span<byte> fixedForm)
    {
        if (der.Length < 2 || der[0] != SequenceTag || der[1] != der.Length - 2)
            return false;
        var rest = der[2..];
        return TryReadInteger(ref rest, fixedForm[..FieldLength])
            && TryReadInteger(ref rest, fixedForm[FieldLength..])
            && rest.IsEmpty;
    }

    private static bool TryReadInteger(ref ReadOnlySpan<byte> rest, Span<byte> field)
    {
        if (rest.Length < 2 || rest[0] != IntegerTag || rest[1] == 0 || rest[1] > rest.Length - 2)
            return false;
        var number = rest.Slice(2, rest[1]);
        rest = rest[(2 + number.Length)..];
        var isNegative = number[0] >= 0x80;
        var hasNeedlessZero = number is [0, < 0x80, ..] or [0];
        if (isNegative || hasNeedlessZero)
            return false;
        number = number.TrimStart((byte)0);
        if (number.Length > FieldLength)
            return false;
        field.Clear();
        number.CopyTo(field[(FieldLength - number.Length)..]);
        return true;
    }
}
