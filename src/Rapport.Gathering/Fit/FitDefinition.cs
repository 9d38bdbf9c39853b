namespace Rapport.Gathering;

/// <summary>A field as a definition lays it out.</summary>
/// <param name="Number">Its number in the profile, or in the description of a developer.</param>
/// <param name="Type">What its bytes are.</param>
/// <param name="Offset">Where it begins in the message.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Developer">Which developer describes it; null for a field of the profile.</param>
internal readonly record struct FitField(byte Number, FitBaseType Type, int Offset, int Size, byte? Developer);

/// <summary>How the messages that follow it are laid out. Immutable.</summary>
internal sealed class FitDefinition
{
    private readonly byte[] _places;

    private FitDefinition(ushort number, bool bigEndian, FitField[] fields, int length)
    {
        (Number, IsBigEndian, Fields, Length) = (number, bigEndian, fields, length);
        _places = PlacesOf(fields);
    }

    /// <summary>The message's number in the profile.</summary>
    internal ushort Number { get; }

    internal bool IsBigEndian { get; }

    internal FitField[] Fields { get; }

    /// <summary>How many bytes each message has.</summary>
    internal int Length { get; }

    /// <summary>Where among the fields the first of the profile with a number is; -1 for none.</summary>
    internal int Find(byte number) => number < _places.Length ? _places[number] - 1 : -1;

    /// <summary>Reads a definition after its header byte.</summary>
    /// <param name="bytes">What follows.</param>
    /// <param name="hasDeveloperFields">Whether fields of developers follow those of the profile.</param>
    /// <param name="length">How many bytes the definition takes.</param>
    /// <returns>The definition; null when it is cut off.</returns>
    internal static FitDefinition? Read(ReadOnlySpan<byte> bytes, bool hasDeveloperFields, out int length)
    {
        length = bytes.Length < 5 ? int.MaxValue : 5 + (3 * bytes[4]);
        if (length > bytes.Length)
        {
            return null;
        }

        var own = length;
        if (hasDeveloperFields)
        {
            length = own >= bytes.Length ? int.MaxValue : own + 1 + (3 * bytes[own]);
            if (length > bytes.Length)
            {
                return null;
            }
        }

        var bigEndian = bytes[1] != 0;
        var number = bigEndian ? (ushort)((bytes[2] << 8) | bytes[3]) : (ushort)((bytes[3] << 8) | bytes[2]);
        var fields = new FitField[bytes[4] + (hasDeveloperFields ? bytes[own] : 0)];
        var offset = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            var isDeveloper = i >= bytes[4];
            var at = bytes.Slice(5 + (3 * i) + (isDeveloper ? 1 : 0), 3);
            fields[i] = new FitField(at[0], isDeveloper ? FitBaseType.Byte : FitBaseTypes.Of(at[2]), offset, at[1], isDeveloper ? at[2] : null);
            offset += at[1];
        }

        return new FitDefinition(number, bigEndian, fields, offset);
    }

    /// <summary>For each number one more than the field's place, and 0 for none: every message asks for a dozen of them.</summary>
    private static byte[] PlacesOf(FitField[] fields)
    {
        var most = -1;
        foreach (var field in fields)
        {
            most = field.Developer is null ? Math.Max(most, field.Number) : most;
        }

        var places = new byte[most + 1];
        for (var i = Math.Min(fields.Length, byte.MaxValue) - 1; i >= 0; i--)
        {
            if (fields[i].Developer is null)
            {
                places[fields[i].Number] = (byte)(i + 1);
            }
        }

        return places;
    }
}
