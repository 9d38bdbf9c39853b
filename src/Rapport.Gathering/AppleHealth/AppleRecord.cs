using System.Xml;

namespace Rapport.Gathering;

/// <summary>
/// The attributes of the <c>Record</c> on which the reader stands, without a string for each: an export has millions of them. What is read here is
/// overwritten by the next record.
/// </summary>
internal sealed class AppleRecord
{
    private const int MostCharacters = 32 * 1024;
    private const int DeviceSlot = 2;

    private static readonly string[] Names = ["type", "sourceName", "device", "unit", "startDate", "endDate", "value", "productType"];

    private readonly string[] _names;
    private readonly char[] _text = new char[MostCharacters];
    private readonly (int Start, int Length)[] _slots = new (int, int)[Names.Length];
    private string _device = "";

    internal AppleRecord(XmlNameTable names) => _names = [.. Names.Select(names.Add)];

    internal ReadOnlySpan<char> Type => Slot(0);

    internal ReadOnlySpan<char> Source => Slot(1);

    internal ReadOnlySpan<char> Device => _device;

    internal ReadOnlySpan<char> Unit => Slot(3);

    internal ReadOnlySpan<char> Value => Slot(6);

    internal ReadOnlySpan<char> Product => Slot(7);

    /// <summary>The line on which it begins.</summary>
    internal long Line { get; private set; }

    /// <summary>Takes the attributes of an element.</summary>
    internal void Read(XmlWalk walk)
    {
        var reader = walk.Reader;
        Line = walk.Line;
        Array.Clear(_slots);
        _device = "";
        var length = 0;
        while (reader.MoveToNextAttribute())
        {
            var slot = Find(reader.LocalName);
            if (slot < 0)
            {
                continue;
            }

            if (slot == DeviceSlot)
            {
                // It has escapes, for which the reader has made a string already.
                _device = reader.Value;
                continue;
            }

            // What does not fit is cut off: no value that means something is so long.
            var start = length;
            length += reader.ReadValueChunk(_text, length, _text.Length - length);
            _slots[slot] = (start, length - start);
        }

        reader.MoveToElement();
    }

    /// <summary>When it began and ended; an end that cannot be read is its start.</summary>
    internal bool TryTimes(out WallTime start, out WallTime end)
    {
        if (!WallTime.TryParse(Slot(4), out start))
        {
            end = default;
            return false;
        }

        // Most are moments.
        if (Slot(5).SequenceEqual(Slot(4)) || !WallTime.TryParse(Slot(5), out end))
        {
            end = start;
        }

        return true;
    }

    internal bool TryNumber(out double value) => AppleNumber.TryDouble(Value, out value);

    internal bool TryDecimal(out decimal value) => AppleNumber.TryDecimal(Value, out value);

    private ReadOnlySpan<char> Slot(int index) => _text.AsSpan(_slots[index].Start, _slots[index].Length);

    /// <summary>Which of the names it is. The reader has each name once, so the same name is the same object.</summary>
    private int Find(string name)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (ReferenceEquals(_names[i], name))
            {
                return i;
            }
        }

        return -1;
    }
}
