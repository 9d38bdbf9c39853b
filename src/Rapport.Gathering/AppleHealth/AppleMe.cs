using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What the person has entered of themselves: it says whom the export is about, and the few things that are facts of health are entries.</summary>
internal static class AppleMe
{
    private const string Start = "HKCharacteristicTypeIdentifier";

    private static readonly Dictionary<string, (string Code, string Display)> BloodGroups = new()
    {
        ["APositive"] = ("278149003", "Blood group A Rh(D) positive"),
        ["ANegative"] = ("278152006", "Blood group A Rh(D) negative"),
        ["BPositive"] = ("278150003", "Blood group B Rh(D) positive"),
        ["BNegative"] = ("278153001", "Blood group B Rh(D) negative"),
        ["ABPositive"] = ("278151004", "Blood group AB Rh(D) positive"),
        ["ABNegative"] = ("278154007", "Blood group AB Rh(D) negative"),
        ["OPositive"] = ("278147001", "Blood group O Rh(D) positive"),
        ["ONegative"] = ("278148006", "Blood group O Rh(D) negative"),
    };

    private static readonly Dictionary<string, string> Sexes = new() { ["Female"] = "female", ["Male"] = "male", ["Other"] = "other" };

    internal static void Take(AppleElement me, Harvest harvest)
    {
        if (me[Start + "DateOfBirth"] is { } birthDate && DateOnly.TryParseExact(birthDate, "yyyy-MM-dd", out _))
        {
            harvest.About = new PersonNamed(harvest.About?.Name, birthDate);
        }

        if (AppleText.After(me[Start + "BloodType"] ?? "", "HKBloodType") is var group && BloodGroups.TryGetValue(group, out var blood))
        {
            Add(me, harvest, "BloodType", "Blood group", "882-1", "laboratory", R4.Concept(blood.Display, R4.Coding(R4.Snomed, blood.Code, blood.Display)));
        }

        if (AppleText.After(me[Start + "BiologicalSex"] ?? "", "HKBiologicalSex") is var sex && Sexes.TryGetValue(sex, out var code))
        {
            Add(me, harvest, "BiologicalSex", "Sex", "46098-0", "social-history", R4.Concept(sex, R4.Coding("http://hl7.org/fhir/administrative-gender", code, sex)));
        }

        if (AppleText.After(me[Start + "FitzpatrickSkinType"] ?? "", "HKFitzpatrickSkinType") is { Length: > 0 } skin && skin != "NotSet")
        {
            Add(me, harvest, "FitzpatrickSkinType", "Fitzpatrick skin type", null, "exam", R4.Concept($"Type {skin}"));
        }

        if (me[Start + "CardioFitnessMedicationsUse"] is { } medicines && medicines is not ("None" or "0"))
        {
            Add(me, harvest, "CardioFitnessMedicationsUse", "Medicines that change the heart rate", null, "social-history", R4.Concept(AppleText.Title(medicines)));
        }
    }

    private static void Add(AppleElement me, Harvest harvest, string what, string display, string? loinc, string category, System.Text.Json.Nodes.JsonObject value)
    {
        var observation = MeasuredObservation.Of(AppleCode.Of(display, loinc, Start + what, loinc == "882-1" ? "ABO and Rh group [Type] in Blood" : null), category, byPatient: true);
        observation["valueCodeableConcept"] = value;
        harvest.Add($"me\n{what}", observation, new Provenance { Line = me.Line, Path = $"Me/@{Start}{what}", Excerpt = me[Start + what] });
    }
}
