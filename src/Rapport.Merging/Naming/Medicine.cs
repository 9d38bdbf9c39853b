namespace Rapport.Merging;

/// <summary>
/// A medicine as its name tells it: ingredients, whatever the brand, strengths, form and salt. RxNorm writes <c>Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet [Percocet]</c>,
/// a phone <c>Percocet 5/325</c>, a pharmacy <c>ACETAMINOPHEN 325MG TAB</c>.
/// </summary>
/// <param name="Ingredients">Hash of the names of all ingredients.</param>
/// <param name="Strengths">What is in one dose, sorted; empty when it is not told.</param>
/// <param name="Form">Hash of the form; 0 when it is not told.</param>
/// <param name="Salts">Each ingredient of which a salt is told, with the salt; a salt that is not told is any.</param>
/// <param name="Hours">How long a slow dose lasts; 0 when it is not told.</param>
internal sealed record Medicine(ulong Ingredients, Strength[] Strengths, ulong Form, (ulong Ingredient, ulong Salt)[] Salts, decimal Hours)
{
    /// <summary>Reads the name of a medicine; null when it tells no ingredient.</summary>
    internal static Medicine? Of(string? name) => string.IsNullOrWhiteSpace(name) ? null : new MedicineReader().Read(name);

    /// <summary>Whether what both say of strength, form and salt is no contradiction; what one does not say contradicts nothing.</summary>
    internal static bool GoTogether(Medicine a, Medicine b) =>
        a.Ingredients == b.Ingredients
        && (a.Strengths.Length == 0 || b.Strengths.Length == 0 || AreEqual(a.Strengths, b.Strengths))
        && (a.Form == 0 || b.Form == 0 || a.Form == b.Form)
        && (a.Hours == 0 || b.Hours == 0 || a.Hours == b.Hours)
        && Array.TrueForAll(a.Salts, salt => SaltsGoTogether(a.Salts, b.Salts, salt.Ingredient));

    private static bool SaltsGoTogether((ulong Ingredient, ulong Salt)[] a, (ulong Ingredient, ulong Salt)[] b, ulong ingredient) =>
        !Array.Exists(b, salt => salt.Ingredient == ingredient) || Array.Exists(b, salt => salt.Ingredient == ingredient && a.Contains(salt));

    /// <summary>Where one says only numbers, the numbers as they are told are compared: 5/325 is 325 mg and 5 mg.</summary>
    private static bool AreEqual(Strength[] a, Strength[] b) => Array.Exists([.. a, .. b], strength => strength.Of == Dose.Unknown)
        ? a.Select(strength => strength.Told).Order().SequenceEqual(b.Select(strength => strength.Told).Order())
        : a.Select(strength => (strength.Of, strength.Amount)).SequenceEqual(b.Select(strength => (strength.Of, strength.Amount)));
}
