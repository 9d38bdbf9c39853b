using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Rapport.Labelling;

/// <summary>
/// The rules by code. In a classification (ICD, ATC, CPT, NUCC) a rule's code stands for all that begin with it, and of several the longest decides: <c>F17</c> is not also <c>F</c>.
/// </summary>
internal sealed class CodeTable
{
    private const int LongestCode = 32;

    private readonly FrozenDictionary<byte[], Rule[]>[] _codes;
    private readonly FrozenDictionary<byte[], Rule[]>.AlternateLookup<ReadOnlySpan<byte>>[] _lookups;

    private CodeTable(FrozenDictionary<byte[], Rule[]>[] codes)
    {
        _codes = codes;
        _lookups = [.. codes.Select(static system => system.GetAlternateLookup<ReadOnlySpan<byte>>())];
    }

    /// <summary>The rules that a code is of; none for nearly all codes.</summary>
    /// <param name="system">As <see cref="CodeSystems.OfName"/> has it.</param>
    /// <param name="code">As it stands in the record.</param>
    internal ReadOnlySpan<Rule> Find(int system, ReadOnlySpan<byte> code)
    {
        if (code.Length > LongestCode || _codes[system].Count == 0)
        {
            return [];
        }

        if (!CodeSystems.IsClassification(system))
        {
            return _lookups[system].TryGetValue(code, out var exact) ? exact : [];
        }

        Span<byte> plain = stackalloc byte[LongestCode];
        for (var length = Plain(code, plain); length > 0; length--)
        {
            if (_lookups[system].TryGetValue(plain[..length], out var rules))
            {
                return rules;
            }
        }

        return [];
    }

    /// <summary>Every code that a rule lists, of one system.</summary>
    internal IEnumerable<string> CodesOf(int system) => _codes[system].Keys.Select(Encoding.UTF8.GetString);

    /// <summary>A code of a classification without its points and in capitals: the same code is written both ways.</summary>
    private static int Plain(ReadOnlySpan<byte> code, Span<byte> plain)
    {
        var length = 0;
        foreach (var b in code)
        {
            if (b is not ((byte)'.' or (byte)' '))
            {
                plain[length++] = b is >= (byte)'a' and <= (byte)'z' ? (byte)(b - 32) : b;
            }
        }

        return length;
    }

    /// <summary>Gathers codes while the rule files are read.</summary>
    internal sealed class Builder
    {
        private readonly Dictionary<byte[], List<Rule>>[] _codes = [.. Enumerable.Range(0, CodeSystems.Count).Select(static _ => new Dictionary<byte[], List<Rule>>(Utf8Comparer.Instance))];

        /// <summary>Adds a code or, in a classification, the beginning of codes or a range of such of equal length: <c>F11-F16</c>.</summary>
        internal void Add(string system, string code, Rule rule)
        {
            var number = CodeSystems.OfShort(system);
            var isClassification = CodeSystems.IsClassification(number);
            Span<byte> plain = stackalloc byte[LongestCode];
            foreach (var one in isClassification ? Expand(code) : [code])
            {
                var written = Encoding.UTF8.GetBytes(one);
                var key = isClassification ? plain[..Plain(written, plain)].ToArray() : written;
                if (!_codes[number].TryGetValue(key, out var rules))
                {
                    _codes[number].Add(key, rules = []);
                }

                if (rules.Contains(rule))
                {
                    throw new FormatException($"`{rule.Id}` has {system} {one} twice");
                }

                rules.Add(rule);
            }
        }

        internal CodeTable Build() => new([.. _codes.Select(static system => system.ToFrozenDictionary(static pair => pair.Key, static pair => pair.Value.ToArray(), Utf8Comparer.Instance))]);

        private static IEnumerable<string> Expand(string range)
        {
            if (range.Split('-') is not [var first, var last])
            {
                return [range];
            }

            var (low, high) = (Digits(first), Digits(last));
            var head = first[..^low.Length];
            if (first.Length != last.Length || head != last[..^high.Length] || low.Length == 0)
            {
                throw new FormatException($"`{range}` is no range of codes");
            }

            var lowest = int.Parse(low, CultureInfo.InvariantCulture);
            return from number in Enumerable.Range(lowest, int.Parse(high, CultureInfo.InvariantCulture) - lowest + 1)
                   select head + number.ToString(CultureInfo.InvariantCulture).PadLeft(low.Length, '0');

            static string Digits(string code) => code[code.AsSpan().TrimEnd("0123456789").Length..];
        }
    }
}
