namespace Rapport.Server.Pages.Professionals;

/// <summary>What professionals do, in plain words. Their organisations word it as they like: what is usual is explained, everything else stays as it is.</summary>
internal static class RoleWords
{
    private static readonly Dictionary<string, Func<string>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["general practitioner"] = static () => RoleText.FamilyDoctor,
        ["médico de familia"] = static () => RoleText.FamilyDoctor,
        ["médica de familia"] = static () => RoleText.FamilyDoctor,
        ["internist"] = static () => RoleText.Internist,
        ["internista"] = static () => RoleText.Internist,
        ["cardiologist"] = static () => RoleText.Heart,
        ["cardiólogo"] = static () => RoleText.Heart,
        ["cardióloga"] = static () => RoleText.Heart,
        ["pulmonologist"] = static () => RoleText.Lungs,
        ["neumólogo"] = static () => RoleText.Lungs,
        ["neumóloga"] = static () => RoleText.Lungs,
        ["nephrologist"] = static () => RoleText.Kidneys,
        ["nefrólogo"] = static () => RoleText.Kidneys,
        ["nefróloga"] = static () => RoleText.Kidneys,
        ["neurologist"] = static () => RoleText.Nerves,
        ["neurólogo"] = static () => RoleText.Nerves,
        ["neuróloga"] = static () => RoleText.Nerves,
        ["oncologist"] = static () => RoleText.Cancer,
        ["oncólogo"] = static () => RoleText.Cancer,
        ["oncóloga"] = static () => RoleText.Cancer,
        ["endocrinologist"] = static () => RoleText.Hormones,
        ["endocrinólogo"] = static () => RoleText.Hormones,
        ["endocrinóloga"] = static () => RoleText.Hormones,
        ["gastroenterologist"] = static () => RoleText.Stomach,
        ["gastroenterólogo"] = static () => RoleText.Stomach,
        ["gastroenteróloga"] = static () => RoleText.Stomach,
        ["rheumatologist"] = static () => RoleText.Joints,
        ["reumatólogo"] = static () => RoleText.Joints,
        ["reumatóloga"] = static () => RoleText.Joints,
        ["dermatologist"] = static () => RoleText.Skin,
        ["dermatólogo"] = static () => RoleText.Skin,
        ["dermatóloga"] = static () => RoleText.Skin,
        ["ophthalmologist"] = static () => RoleText.Eyes,
        ["oftalmólogo"] = static () => RoleText.Eyes,
        ["oftalmóloga"] = static () => RoleText.Eyes,
        ["urologist"] = static () => RoleText.Bladder,
        ["urólogo"] = static () => RoleText.Bladder,
        ["uróloga"] = static () => RoleText.Bladder,
        ["psychiatrist"] = static () => RoleText.Mind,
        ["psiquiatra"] = static () => RoleText.Mind,
        ["paediatrician"] = static () => RoleText.Children,
        ["pediatrician"] = static () => RoleText.Children,
        ["pediatra"] = static () => RoleText.Children,
        ["geriatrician"] = static () => RoleText.Old,
        ["geriatra"] = static () => RoleText.Old,
        ["physiotherapist"] = static () => RoleText.Movement,
        ["physical therapist"] = static () => RoleText.Movement,
        ["fisioterapeuta"] = static () => RoleText.Movement,
    };

    /// <summary>A role inside a sentence: as it is worded, and what that is where it is known.</summary>
    public static string Told(string role) => Known.TryGetValue(role.Trim(), out var plain) ? Say.Fill(RoleText.Which, role, plain()) : role;
}
