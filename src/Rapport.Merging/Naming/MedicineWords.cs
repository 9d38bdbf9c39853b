using System.Collections.Frozen;

namespace Rapport.Merging;

/// <summary>What the words in names of medicines mean.</summary>
internal static class MedicineWords
{
    /// <summary>Ingredients and brands, each with its ingredients joined by <c>+</c>, from <c>Medicines.txt</c>.</summary>
    internal static readonly FrozenDictionary<string, string> Brands = ReadBrands();

    /// <summary>Units of strengths.</summary>
    internal static readonly FrozenDictionary<string, (Dose Of, decimal Factor)> Amounts = new Dictionary<string, (Dose, decimal)>
    {
        ["mg"] = (Dose.Mass, 1), ["mcg"] = (Dose.Mass, 0.001m), ["ug"] = (Dose.Mass, 0.001m), ["µg"] = (Dose.Mass, 0.001m), ["microgram"] = (Dose.Mass, 0.001m), ["micrograms"] = (Dose.Mass, 0.001m),
        ["g"] = (Dose.Mass, 1_000), ["unt"] = (Dose.Units, 1), ["unit"] = (Dose.Units, 1), ["units"] = (Dose.Units, 1), ["iu"] = (Dose.Units, 1), ["meq"] = (Dose.Equivalents, 1), ["percent"] = (Dose.Percent, 1),
    }.ToFrozenDictionary();

    /// <summary>A number before these says how long, not how strong.</summary>
    internal static readonly FrozenSet<string> Hours = FrozenSet.Create("hr", "hour", "hours", "h");

    /// <summary>A number before these says how many or how long, not how strong.</summary>
    internal static readonly FrozenSet<string> Counted = FrozenSet.Create(
        "hr", "hour", "hours", "h", "day", "days", "actuat", "actuation", "actuations", "puff", "puffs", "blister", "blisters", "ml", "l", "pack", "dose", "doses", "x", "times", "pc", "pcs");

    internal static readonly FrozenDictionary<string, string> Forms = new (string Form, string[] Words)[]
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

    /// <summary>Salts with what each is called here. One is named or not, and the ingredient is the same; two that are named are two medicines.</summary>
    internal static readonly FrozenDictionary<string, string> Salts = new[]
    {
        "hydrochloride", "sodium", "sulfate", "besylate", "maleate", "tartrate", "succinate", "potassium", "calcium", "mesylate", "fumarate", "phosphate", "acetate", "citrate",
        "hydrobromide", "bromide", "propionate", "furoate", "dipropionate", "medoxomil", "magnesium", "bitartrate", "disoproxil", "hyclate",
    }.Select(salt => KeyValuePair.Create(salt, salt)).Append(new("hcl", "hydrochloride")).Append(new("sulphate", "sulfate")).Append(new("hbr", "hydrobromide")).ToFrozenDictionary();

    /// <summary>Water in the crystal is no other medicine.</summary>
    internal static readonly FrozenSet<string> Hydrates = FrozenSet.Create("trihydrate", "monohydrate", "anhydrous", "hydrate");

    internal static readonly FrozenSet<string> Fillers = FrozenSet.Create(
        "oral", "per", "daily", "once", "twice", "film", "coated", "chewable", "product", "strength", "human", "take", "of", "usp", "in", "and",
        "disintegrating", "enteric", "the", "one", "with", "metered", "spray", "dry", "powder", "for", "preservative", "free", "drug", "system", "otc", "releasing", "iud");

    /// <summary>A word before <c>release</c> that says it is not slow.</summary>
    internal static readonly FrozenSet<string> NotSlow = FrozenSet.Create("delayed", "immediate");

    /// <summary>Marks of a slow dose, each with the hours it lasts where the mark says so; 0 where it does not.</summary>
    internal static readonly FrozenDictionary<string, decimal> Slow = new Dictionary<string, decimal>
    {
        ["extended"] = 0, ["er"] = 0, ["xr"] = 0, ["cr"] = 0, ["la"] = 0, ["release"] = 0, ["retard"] = 0, ["sr"] = 12, ["xl"] = 24,
    }.ToFrozenDictionary();

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
