using System.Collections.Frozen;
using System.Globalization;

namespace Rapport.Merging;

/// <summary>
/// A medicine as its name tells it: ingredients, whatever the brand or the salt, strengths and form. RxNorm writes <c>Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet [Percocet]</c>,
/// a phone <c>Percocet 5/325</c>, a pharmacy <c>ACETAMINOPHEN 325MG TAB</c>.
/// </summary>
/// <param name="Ingredients">Hash of the names of all ingredients.</param>
/// <param name="Strengths">What is in one dose, sorted; empty when it is not told.</param>
/// <param name="Form">Hash of the form; 0 when it is not told.</param>
internal sealed record Medicine(ulong Ingredients, Strength[] Strengths, ulong Form)
{
    /// <summary>Names of medicines are not novels.</summary>
    private const int MaxLength = 400;

    private const int MostStrengths = 8;

    /// <summary>Less of a liquid holds no medicine that is dosed by it.</summary>
    private const decimal LeastVolume = 0.01m;

    private const decimal LargestNumber = 1_000_000_000;

    private static readonly FrozenDictionary<string, string> Brands = ReadBrands();

    private static readonly FrozenDictionary<string, (Dose Of, decimal Factor)> Amounts = new Dictionary<string, (Dose, decimal)>
    {
        ["mg"] = (Dose.Mass, 1), ["mcg"] = (Dose.Mass, 0.001m), ["ug"] = (Dose.Mass, 0.001m), ["µg"] = (Dose.Mass, 0.001m), ["microgram"] = (Dose.Mass, 0.001m), ["micrograms"] = (Dose.Mass, 0.001m),
        ["g"] = (Dose.Mass, 1_000), ["unt"] = (Dose.Units, 1), ["unit"] = (Dose.Units, 1), ["units"] = (Dose.Units, 1), ["iu"] = (Dose.Units, 1), ["meq"] = (Dose.Equivalents, 1), ["percent"] = (Dose.Percent, 1),
    }.ToFrozenDictionary();

    // A number before these says how many or how long, not how strong.
    private static readonly FrozenSet<string> Counted = FrozenSet.Create(
        "hr", "hour", "hours", "h", "day", "days", "actuat", "actuation", "actuations", "puff", "puffs", "blister", "blisters", "ml", "l", "pack", "dose", "doses", "x", "times", "pc", "pcs");

    private static readonly FrozenDictionary<string, string> Forms = new (string Form, string[] Words)[]
    {
        ("solid", ["tablet", "tab", "tabs", "tablets", "capsule", "capsules", "cap", "caps", "pill", "pills", "caplet", "caplets"]),
        ("liquid", ["solution", "suspension", "syrup", "elixir", "liquid", "drops", "soln", "susp"]),
        ("injected", ["injection", "injectable", "syringe", "vial", "pen", "prefilled", "auto", "injector"]),
        ("inhaled", ["inhaler", "inhalation", "inhalant", "actuat", "actuation", "hfa", "aerosol", "nebulizer", "inh"]),
        ("skin", ["cream", "ointment", "gel", "lotion", "topical"]),
        ("patch", ["patch", "transdermal"]),
        ("nose", ["nasal"]),
        ("eye", ["ophthalmic", "eye"]),
        ("implant", ["implant", "intrauterine"]),
    }.SelectMany(form => form.Words.Select(word => (word, form.Form))).ToFrozenDictionary(pair => pair.word, pair => pair.Form);

    // A salt is named or not, and the ingredient is the same; where nothing else is named, the salt is the medicine.
    private static readonly FrozenSet<string> Salts = FrozenSet.Create(
        "hydrochloride", "hcl", "sodium", "sulfate", "sulphate", "besylate", "maleate", "tartrate", "succinate", "potassium", "calcium", "mesylate", "fumarate", "phosphate", "acetate", "citrate",
        "hydrobromide", "bromide", "propionate", "furoate", "dipropionate", "medoxomil", "magnesium", "trihydrate", "monohydrate", "anhydrous", "bitartrate", "disoproxil", "hyclate", "hydrate", "hbr");

    private static readonly FrozenSet<string> Fillers = FrozenSet.Create(
        "oral", "per", "daily", "once", "twice", "film", "coated", "chewable", "product", "regular", "strength", "human", "take", "of", "usp", "in", "and",
        "disintegrating", "enteric", "the", "one", "with", "metered", "spray", "dry", "powder", "for", "preservative", "free", "drug", "system", "otc", "releasing", "iud");

    private static readonly FrozenSet<string> Slow = FrozenSet.Create("extended", "er", "xr", "xl", "sr", "cr", "la", "release", "retard");

    /// <summary>Reads the name of a medicine; null when it tells no ingredient.</summary>
    internal static Medicine? Of(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        SortedSet<string> ingredients = new(StringComparer.Ordinal);
        List<Strength> strengths = [];
        string? form = null;
        var isSlow = false;
        foreach (var part in Parts(WithoutBrackets(name.Length > MaxLength ? name[..MaxLength] : name)))
        {
            List<string> words = [];
            List<decimal> numbers = [];
            foreach (var token in Names.Split(SpacedUnits(part)))
            {
                if (NumberOf(token) is { } number)
                {
                    numbers.Add(number);
                    continue;
                }

                if (token == "ml" && numbers is [>= LeastVolume] && strengths.Count > 0)
                {
                    // 10 mg in 5 mL are 2 mg in each.
                    strengths[^1] = strengths[^1] with { Amount = strengths[^1].Amount / numbers[0], Told = 0 };
                    numbers.Clear();
                    continue;
                }

                Take(numbers, token, strengths);
                if (Forms.TryGetValue(token, out var known))
                {
                    form ??= known;
                }
                else if (Slow.Contains(token))
                {
                    isSlow = true;
                }
                else if (!Fillers.Contains(token) && !Amounts.ContainsKey(token) && !Counted.Contains(token))
                {
                    words.Add(token);
                }
            }

            Take(numbers, "", strengths);
            Add(words, ingredients);
        }

        return ingredients.Count == 0 || strengths.Count > MostStrengths ? null : new Medicine(
            Names.Hash('i', string.Join('+', ingredients)),
            [.. strengths.OrderBy(strength => strength.Of).ThenBy(strength => strength.Amount)],
            form is null && !isSlow ? 0 : Names.Hash('f', $"{form ?? "solid"}{(isSlow ? " slow" : "")}"));
    }

    /// <summary>Whether what both say of strength and form is no contradiction; what one does not say contradicts nothing.</summary>
    internal static bool GoTogether(Medicine a, Medicine b) =>
        a.Ingredients == b.Ingredients
        && (a.Strengths.Length == 0 || b.Strengths.Length == 0 || AreEqual(a.Strengths, b.Strengths))
        && (a.Form == 0 || b.Form == 0 || a.Form == b.Form);

    /// <summary>Where one says only numbers, the numbers as they are told are compared: 5/325 is 325 mg and 5 mg.</summary>
    private static bool AreEqual(Strength[] a, Strength[] b) => Array.Exists([.. a, .. b], strength => strength.Of == Dose.Unknown)
        ? a.Select(strength => strength.Told).Order().SequenceEqual(b.Select(strength => strength.Told).Order())
        : a.Select(strength => (strength.Of, strength.Amount)).SequenceEqual(b.Select(strength => (strength.Of, strength.Amount)));

    /// <summary>What numbers mean by the word behind them: strengths of its unit (250/50 mcg are two), how many, or strengths of which the unit is not told.</summary>
    private static void Take(List<decimal> numbers, string next, List<Strength> strengths)
    {
        if (!Counted.Contains(next))
        {
            var (of, factor) = Amounts.GetValueOrDefault(next, (Dose.Unknown, 1));
            strengths.AddRange(numbers.Select(number => new Strength(of, number * factor, number)));
        }

        numbers.Clear();
    }

    private static void Add(List<string> words, SortedSet<string> ingredients)
    {
        var plain = words.FindAll(word => !Salts.Contains(word));
        var name = string.Join(' ', plain.Count > 0 ? plain : words);
        if (name.Length == 0)
        {
            return;
        }

        // A brand with its generic name behind it, or several ingredients in a row, are each a name of their own.
        var known = Brands.ContainsKey(name) || !(plain.Count > 1 && plain.TrueForAll(Brands.ContainsKey)) ? [name] : plain;
        foreach (var ingredient in known.SelectMany(each => Brands.GetValueOrDefault(each, each).Split('+')))
        {
            ingredients.Add(ingredient);
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
        var spaced = new System.Text.StringBuilder(text.Length + 4);
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

    private static FrozenDictionary<string, string> ReadBrands()
    {
        Dictionary<string, string> brands = [];
        foreach (var line in WordList.Lines("Medicines.txt"))
        {
            var parts = line.Split('=', StringSplitOptions.TrimEntries);
            foreach (var ingredient in parts[0].Split('+'))
            {
                brands.TryAdd(ingredient, ingredient);
            }

            foreach (var other in parts[1].Split(';', StringSplitOptions.TrimEntries))
            {
                brands[other] = parts[0];
            }
        }

        return brands.ToFrozenDictionary();
    }
}
