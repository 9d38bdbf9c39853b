using System.Buffers;

namespace Rapport.Fhir;

/// <summary>Values of primitive elements.</summary>
internal ref partial struct TapeParser
{
    /// <summary>R4: strings shall not exceed one mebibyte.</summary>
    private const int LongestString = 1024 * 1024;

    private bool ReadPrimitive(in PropertyDefinition definition, int property, byte first, NodeFlags flags)
    {
        var index = Add(property, definition.Type, NodeKind.String, flags);
        switch (first)
        {
            case (byte)'"':
                if (!ReadString(out bool escaped))
                {
                    return false;
                }
                if (escaped)
                {
                    _nodes[index].Flags |= NodeFlags.Escaped;
                }
                _nodes[index].Length = _position - _nodes[index].Start;
                if (_check)
                {
                    CheckString(in definition, _json[(_nodes[index].Start + 1)..(_position - 1)], escaped);
                }
                return true;
            case (byte)'-':
            case >= (byte)'0' and <= (byte)'9':
                _nodes[index].Kind = NodeKind.Number;
                if (!ReadNumber(out bool whole))
                {
                    return false;
                }
                _nodes[index].Length = _position - _nodes[index].Start;
                if (_check)
                {
                    CheckNumber(definition.Kind, _json[_nodes[index].Start.._position], whole);
                }
                return true;
            case (byte)'t':
            case (byte)'f':
                _nodes[index].Kind = first == 't' ? NodeKind.True : NodeKind.False;
                if (!ReadWord(first == 't' ? "true"u8 : "false"u8))
                {
                    return false;
                }
                if (definition.Kind != PrimitiveKind.Boolean)
                {
                    ReportWrongKind(definition.Kind, first == 't' ? "true"u8 : "false"u8);
                }
                return Close(index);
            case (byte)'n':
                _nodes[index].Kind = NodeKind.Null;
                _nulls++;
                if (!ReadWord("null"u8))
                {
                    return false;
                }
                if ((flags & NodeFlags.InArray) == 0)
                {
                    Report("structure", "`null` is no value; leave the element out");
                    _nodes[index].Flags |= NodeFlags.Linked;
                }
                return Close(index);
            case (byte)'{':
            case (byte)'[':
                _count--;
                ReportWrongKind(definition.Kind, Preview());
                return SkipValue();
            default:
                return ReadWord("null"u8);
        }
    }

    private void ReportWrongKind(PrimitiveKind kind, scoped ReadOnlySpan<byte> found) =>
        Report("structure", $"{Quote(found)} cannot stand here: {PrimitiveFormats.JsonKindOf(kind)}");

    private void CheckString(in PropertyDefinition definition, ReadOnlySpan<byte> text, bool escaped)
    {
        if (escaped)
        {
            CheckEscaped(in definition, text);
            return;
        }
        if (text.Length == 0)
        {
            Report("value", "a value must not be empty; leave the element out");
            return;
        }
        if (!PrimitiveFormats.IsValid(definition.Kind, text))
        {
            ReportFormat(in definition, text);
            return;
        }
        if (definition.CodeSet != 0 && !Definitions.CodeSets(definition.CodeSet).Contains(text))
        {
            ReportCode(in definition, text);
        }
        if (text.Length > LongestString && definition.Kind is PrimitiveKind.String or PrimitiveKind.Markdown)
        {
            Report("too-long", $"the text has {text.Length} bytes, more than the {LongestString} that R4 allows; attach it instead");
        }
    }

    private void CheckEscaped(in PropertyDefinition definition, ReadOnlySpan<byte> escaped)
    {
        var rented = ArrayPool<byte>.Shared.Rent(escaped.Length);
        try
        {
            ReadOnlySpan<byte> text = rented.AsSpan(0, JsonText.Unescape(escaped, rented));
            if (JsonText.HasLoneSurrogate(escaped))
            {
                Report("value", "an escape `\\ud800` to `\\udfff` stands only in pairs; correct the text");
            }
            else if (text.Contains((byte)0))
            {
                Report("value", "a text must not have the character `\\u0000`; take it out");
            }
            else
            {
                CheckString(in definition, text, escaped: false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void ReportFormat(in PropertyDefinition definition, ReadOnlySpan<byte> text)
    {
        if (definition.Kind == PrimitiveKind.Xhtml)
        {
            Report("value", Narrative.Problem(text)!);
        }
        else if (PrimitiveFormats.IsText(definition.Kind))
        {
            Report("value", $"{Quote(text)} is not a valid {PrimitiveFormats.NameOf(definition.Kind)}: {PrimitiveFormats.Expected(definition.Kind)}");
        }
        else
        {
            ReportWrongKind(definition.Kind, [(byte)'"', .. text, (byte)'"']);
        }
    }

    private void ReportCode(in PropertyDefinition definition, ReadOnlySpan<byte> text)
    {
        var set = Definitions.CodeSets(definition.CodeSet);
        Report("code-invalid", $"{Quote(text)} is not a code of {set.Url}; use one of {set.Examples()}");
    }

    private void CheckNumber(PrimitiveKind kind, ReadOnlySpan<byte> text, bool whole)
    {
        switch (kind)
        {
            case PrimitiveKind.Decimal:
                return;
            case PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt:
                if (!whole || !int.TryParse(text, out var value) || (value < 1 && kind == PrimitiveKind.PositiveInt)
                    || (kind == PrimitiveKind.UnsignedInt && (value < 0 || text[0] == '-')))
                {
                    Report("value", $"{Quote(text)} is not a valid {PrimitiveFormats.NameOf(kind)}: {PrimitiveFormats.Expected(kind)}");
                }
                return;
            default:
                ReportWrongKind(kind, text);
                return;
        }
    }
}
