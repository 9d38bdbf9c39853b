namespace Rapport.Gathering;

/// <summary>The checksum of FIT: CRC-16 with the polynomial 0xA001, as the FIT protocol gives it in nibbles.</summary>
internal static class FitCrc
{
    private static readonly ushort[] Table = [.. Enumerable.Range(0, 256).Select(static i => OfByte((ushort)i))];

    /// <summary>The checksum of bytes; 0 for bytes that end with their own.</summary>
    internal static ushort Of(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (var next in bytes)
        {
            crc = (ushort)((crc >> 8) ^ Table[(byte)(crc ^ next)]);
        }

        return crc;
    }

    private static ushort OfByte(ushort value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (ushort)((value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xA001);
        }

        return value;
    }
}
