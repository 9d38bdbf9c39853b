using System.Text;

namespace Rapport.Gathering;

/// <summary>One message of a FIT file: fields by the numbers of the profile. What a device marks as invalid is not there.</summary>
internal readonly ref struct FitMessage(FitDefinition definition, ReadOnlySpan<byte> data, uint? time, long at)
{
    private const byte Timestamp = 253;
    private const int MostText = 200;

    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Which message of the profile it is.</summary>
    internal ushort Number => definition.Number;

    /// <summary>How it is laid out.</summary>
    internal FitDefinition Definition => definition;

    /// <summary>Its fields, valid or not.</summary>
    internal ReadOnlySpan<FitField> Fields => definition.Fields;

    /// <summary>Which byte of the file it begins at.</summary>
    internal long At => at;

    /// <summary>Its time, from its field or its header; null when it has none. See <see cref="FitTime"/>.</summary>
    internal uint? Time => time ?? (uint?)Integer(Timestamp);

    /// <summary>A whole number as it stands, without scale and offset.</summary>
    internal long? Integer(byte number) => definition.Find(number) is >= 0 and var place ? Integer(definition.Fields[place]) : null;

    /// <summary>A number in the unit of the profile.</summary>
    internal double? Number64(byte number, double scale = 1, double offset = 0)
    {
        if (definition.Find(number) is not (>= 0 and var place))
        {
            return null;
        }

        ref readonly var field = ref definition.Fields[place];
        return !IsWhole(field) ? null
            : Integer(field) is { } whole ? (whole / scale) - offset
            : FitBaseTypes.Real(field.Type, _data.Slice(field.Offset, field.Size), definition.IsBigEndian);
    }

    /// <summary>The same, digit for digit.</summary>
    internal decimal? Exact(byte number, decimal scale = 1, decimal offset = 0) => Integer(number) is { } whole ? (whole / scale) - offset : null;

    /// <summary>Text; null when it is empty.</summary>
    internal string? Text(byte number)
    {
        if (Find(number) is not { Type: FitBaseType.Text } field)
        {
            return null;
        }

        var bytes = _data.Slice(field.Offset, field.Size);
        var end = bytes.IndexOf((byte)0);
        var text = Clean(Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]));
        return text.Length == 0 ? null : text[..Math.Min(text.Length, MostText)];
    }

    /// <summary>The bytes of a field as they stand; empty when it is not there.</summary>
    internal ReadOnlySpan<byte> Bytes(byte number) => Find(number) is { } field ? _data.Slice(field.Offset, field.Size) : default;

    /// <summary>Whether a field says something.</summary>
    internal bool IsValid(in FitField field)
    {
        var bytes = _data.Slice(field.Offset, field.Size);
        if (field.Developer is not null || field.Type == FitBaseType.Text)
        {
            return bytes.Length > 0 && bytes.ContainsAnyExcept((byte)0, byte.MaxValue);
        }

        var size = FitBaseTypes.SizeOf(field.Type);
        for (var i = 0; i + size <= bytes.Length; i += size)
        {
            var one = bytes.Slice(i, size);
            if (FitBaseTypes.Integer(field.Type, one, definition.IsBigEndian) is not null || FitBaseTypes.Real(field.Type, one, definition.IsBigEndian) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static string Clean(string text) => text.Any(char.IsControl) ? string.Concat(text.Where(c => !char.IsControl(c))).Trim() : text.Trim();

    private static bool IsWhole(in FitField field) => field.Size >= FitBaseTypes.SizeOf(field.Type);

    /// <summary>The whole number in a field, the first of several.</summary>
    internal long? Integer(in FitField field) => IsWhole(field) ? FitBaseTypes.Integer(field.Type, _data.Slice(field.Offset, field.Size), definition.IsBigEndian) : null;

    private FitField? Find(byte number) => definition.Find(number) is >= 0 and var place ? definition.Fields[place] : null;
}

/// <summary>Is told of each message, in their order.</summary>
internal delegate void FitVisitor(in FitMessage message);
