using System.Collections.Frozen;

namespace Rapport.Gathering;

/// <summary>What is in food and drink, as diaries of food write it down: many times a day, so it is kept as series.</summary>
internal static class DietMetrics
{
    /// <summary>By the name that HealthKit gives it after <c>Dietary</c>.</summary>
    internal static readonly FrozenDictionary<string, Metric> All = new Dictionary<string, Metric>
    {
        ["EnergyConsumed"] = Eaten("energy", "Energy eaten", "kcal", 50_000),
        ["Protein"] = Eaten("protein", "Protein eaten", "g", 5_000),
        ["Carbohydrates"] = Eaten("carbohydrates", "Carbohydrates eaten", "g", 5_000),
        ["Fiber"] = Eaten("fiber", "Fiber eaten", "g", 2_000),
        ["Sugar"] = Eaten("sugar", "Sugar eaten", "g", 5_000),
        ["FatTotal"] = Eaten("fat", "Fat eaten", "g", 5_000),
        ["FatSaturated"] = Eaten("saturated-fat", "Saturated fat eaten", "g", 5_000),
        ["FatMonounsaturated"] = Eaten("monounsaturated-fat", "Monounsaturated fat eaten", "g", 5_000),
        ["FatPolyunsaturated"] = Eaten("polyunsaturated-fat", "Polyunsaturated fat eaten", "g", 5_000),
        ["Water"] = Eaten("water", "Water drunk", "mL", 50_000),
        ["Cholesterol"] = Eaten("cholesterol", "Cholesterol eaten", "mg", 50_000),
        ["Sodium"] = Eaten("sodium", "Sodium eaten", "mg", 200_000),
        ["Potassium"] = Eaten("potassium", "Potassium eaten", "mg", 200_000),
        ["Calcium"] = Eaten("calcium", "Calcium eaten", "mg", 100_000),
        ["Chloride"] = Eaten("chloride", "Chloride eaten", "mg", 200_000),
        ["Copper"] = Eaten("copper", "Copper eaten", "mg", 5_000),
        ["Iron"] = Eaten("iron", "Iron eaten", "mg", 10_000),
        ["Magnesium"] = Eaten("magnesium", "Magnesium eaten", "mg", 50_000),
        ["Manganese"] = Eaten("manganese", "Manganese eaten", "mg", 5_000),
        ["Phosphorus"] = Eaten("phosphorus", "Phosphorus eaten", "mg", 100_000),
        ["Zinc"] = Eaten("zinc", "Zinc eaten", "mg", 10_000),
        ["Niacin"] = Eaten("niacin", "Niacin eaten", "mg", 50_000),
        ["PantothenicAcid"] = Eaten("pantothenic-acid", "Pantothenic acid eaten", "mg", 50_000),
        ["Riboflavin"] = Eaten("riboflavin", "Riboflavin eaten", "mg", 50_000),
        ["Thiamin"] = Eaten("thiamin", "Thiamin eaten", "mg", 50_000),
        ["VitaminB6"] = Eaten("vitamin-b6", "Vitamin B6 eaten", "mg", 50_000),
        ["VitaminC"] = Eaten("vitamin-c", "Vitamin C eaten", "mg", 200_000),
        ["VitaminE"] = Eaten("vitamin-e", "Vitamin E eaten", "mg", 50_000),
        ["Caffeine"] = Eaten("caffeine", "Caffeine taken", "mg", 20_000),
        ["Biotin"] = Eaten("biotin", "Biotin eaten", "ug", 1_000_000),
        ["Chromium"] = Eaten("chromium", "Chromium eaten", "ug", 1_000_000),
        ["Folate"] = Eaten("folate", "Folate eaten", "ug", 1_000_000),
        ["Iodine"] = Eaten("iodine", "Iodine eaten", "ug", 1_000_000),
        ["Molybdenum"] = Eaten("molybdenum", "Molybdenum eaten", "ug", 1_000_000),
        ["Selenium"] = Eaten("selenium", "Selenium eaten", "ug", 1_000_000),
        ["VitaminA"] = Eaten("vitamin-a", "Vitamin A eaten", "ug", 1_000_000),
        ["VitaminB12"] = Eaten("vitamin-b12", "Vitamin B12 eaten", "ug", 1_000_000),
        ["VitaminD"] = Eaten("vitamin-d", "Vitamin D eaten", "ug", 1_000_000),
        ["VitaminK"] = Eaten("vitamin-k", "Vitamin K eaten", "ug", 1_000_000),
    }.ToFrozenDictionary();

    private static Metric Eaten(string name, string display, string unit, double high) =>
        new($"dietary-{name}", null, display, unit, unit == "ug" ? "µg" : unit, MetricSum.Total, "activity", 0, high);
}
