using System.Globalization;
using System.Text;

namespace Rapport.Merging;

/// <summary>Reads the name of one medicine, from its beginning to its end.</summary>
internal sealed class MedicineReader
{
    /// <summary>Names of medicines are not novels.</summary>
    private const int MaxLength = 400;

    private const int MostStrengths = 8;

    /// <summary>Less of a liquid holds no medicine that is dosed by it.</summary>
    private const decimal LeastVolume = 0.01m;

    private const decimal LargestNumber = 1_000_000_000;

    private readonly SortedSet<string> _ingredients = new(StringComparer.Ordinal);
    private readonly HashSet<(ulong Ingredient, ulong Salt)> _salts = [];
    private readonly List<Strength> _strengths = [];

    /// <summary>Numbers of which the next word says what they are.</summary>
    private readonly List<decimal> _numbers = [];

    private string? _form;
    private bool _isSlow;
    private decimal _hours;

    /// <summary>What the name tells; null when it tells no ingredient.</summary>
    internal Medicine? Read(string name)
    {
        foreach (var part in Parts(WithoutBrackets(name.Length > MaxLength ? name[..MaxLength] : name)))
        {
            TakePart(Names.Split(SpacedUnits(part)));
        }

        return _ingredients.Count == 0 || _strengths.Count > MostStrengths ? null : new Medicine(
            Names.Hash('i', string.Join('+', _ingredients)),
            [.. _strengths.OrderBy(strength => strength.Of).ThenBy(strength => strength.Amount)],
            _form is null && !_isSlow ? 0 : Names.Hash('f', $"{_form ?? "solid"}{(_isSlow ? " slow" : "")}"),
            [.. _salts.Order()],
            _hours);
    }

    private void TakePart(List<string> tokens)
    {
        List<string> words = [];
        var isUnitBefore = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (NumberOf(tokens[i]) is { } number)
            {
                _numbers.Add(number);
                continue;
            }

            var next = i + 1 < tokens.Count ? tokens[i + 1] : "";
            var isUnit = IsUnit(tokens[i], isUnitBefore);
            if (MedicineWords.NotSlow.Contains(tokens[i]) && next == "release")
            {
                i++;
            }
            else if (!(tokens[i] == "regular" && next == "strength"))
            {
                TakeToken(tokens[i], isUnit, words);
            }

            isUnitBefore = isUnit;
        }

        TakeNumbers("");
        TakeIngredients(words);
    }

    private void TakeToken(string token, bool isUnit, List<string> words)
    {
        if (token == "ml" && _numbers is [>= LeastVolume] && _strengths.Count > 0)
        {
            // 10 mg in 5 mL are 2 mg in each.
            _strengths[^1] = _strengths[^1] with { Amount = _strengths[^1].Amount / _numbers[0], Told = 0 };
            _numbers.Clear();
            return;
        }

        TakeNumbers(isUnit ? token : "");
        if (MedicineWords.Forms.TryGetValue(token, out var form))
        {
            _form ??= form;
        }
        else if (MedicineWords.Slow.TryGetValue(token, out var hours))
        {
            _isSlow = true;
            _hours = _hours == 0 ? hours : _hours;
        }
        else if (!MedicineWords.Fillers.Contains(token) && !isUnit)
        {
            words.Add(token);
        }
    }

    /// <summary>A letter alone is a unit only behind a number or another unit: penicillin G is no gram.</summary>
    private bool IsUnit(string token, bool isUnitBefore) =>
        (MedicineWords.Amounts.ContainsKey(token) || MedicineWords.Counted.Contains(token)) && (token.Length > 1 || _numbers.Count > 0 || isUnitBefore);

    /// <summary>What numbers mean by the word behind them: strengths of its unit (250/50 mcg are two), how many, how long, or strengths of which the unit is not told.</summary>
    private void TakeNumbers(string unit)
    {
        if (MedicineWords.Hours.Contains(unit) && _numbers is [var hours])
        {
            _hours = hours;
        }
        else if (!MedicineWords.Counted.Contains(unit))
        {
            var (of, factor) = MedicineWords.Amounts.GetValueOrDefault(unit, (Dose.Unknown, 1));
            _strengths.AddRange(_numbers.Select(number => new Strength(of, number * factor, number)));
        }

        _numbers.Clear();
    }

    private void TakeIngredients(List<string> words)
    {
        words.RemoveAll(MedicineWords.Hydrates.Contains);
        var plain = words.FindAll(word => !MedicineWords.Salts.ContainsKey(word));

        // Sodium valproate is valproate, but sodium bicarbonate is not bicarbonate: what stands first is left out only of what is known without it.
        if (plain.Count == 0)
        {
            plain = words;
        }
        else if (MedicineWords.Salts.ContainsKey(words[0]) && !MedicineWords.Brands.ContainsKey(string.Join(' ', plain)))
        {
            plain.Insert(0, words[0]);
        }

        var name = string.Join(' ', plain);
        if (name.Length == 0)
        {
            return;
        }

        // A brand with its generic name behind it, or several ingredients in a row, are each a name of their own.
        var known = MedicineWords.Brands.ContainsKey(name) || !(plain.Count > 1 && plain.TrueForAll(MedicineWords.Brands.ContainsKey)) ? [name] : plain;
        var ingredients = known.SelectMany(each => MedicineWords.Brands.GetValueOrDefault(each, each).Split('+')).Distinct().ToList();
        _ingredients.UnionWith(ingredients);
        if (ingredients is [var ingredient])
        {
            _salts.UnionWith(words.Except(plain).Select(salt => (Names.Hash('i', ingredient), Names.Hash('i', MedicineWords.Salts[salt]))));
        }
    }

    /// <summary>What stands between slashes with blanks is an ingredient each; <c>mg/mL</c> is a strength.</summary>
    private static string[] Parts(string name) => name.Split([" / ", " + ", " and ", ";"], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>RxNorm adds the brand in brackets behind the ingredients; a name that is all brackets stays.</summary>
    private static string WithoutBrackets(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        return open > 0 ? name[..open] : name;
    }

    /// <summary>325MG is 325 mg; 1,000 is a thousand and 2,5 two and a half.</summary>
    private static string SpacedUnits(string text)
    {
        var spaced = new StringBuilder(text.Length + 4);
        for (var i = 0; i < text.Length; i++)
        {
            if (i > 0 && char.IsAsciiDigit(text[i - 1]) && char.IsLetter(text[i]))
            {
                spaced.Append(' ');
            }

            if (text[i] != ',' || i == 0 || i + 1 >= text.Length || !char.IsAsciiDigit(text[i - 1]) || !char.IsAsciiDigit(text[i + 1]))
            {
                spaced.Append(text[i]);
            }
            else if (DigitsAt(text, i + 1) != 3)
            {
                spaced.Append('.');
            }
        }

        return spaced.ToString();
    }

    private static int DigitsAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - at;
    }

    /// <summary>A number as <see cref="Names.Split"/> leaves it, with <c>p</c> for the point.</summary>
    private static decimal? NumberOf(string token) =>
        char.IsAsciiDigit(token[0]) && decimal.TryParse(token.Replace('p', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is < LargestNumber ? number : null;
}
