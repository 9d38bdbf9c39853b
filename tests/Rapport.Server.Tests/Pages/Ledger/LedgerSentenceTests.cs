using System.Globalization;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.Server.Pages.Ledger;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>What people read of a ledger, word for word, in both languages.</summary>
public sealed class LedgerSentenceTests
{
    private static readonly Dictionary<string, ConsentWords> Words = new() { ["c1"] = new("3 May 2026", "Dr Lee"), ["c2"] = new("4 May 2026", "Sam") };

    private static readonly LedgerSentence Sentence = new(Deeds.Own, Words, Deeds.Now);

    private static readonly string[] Few = ["MedicationRequest", "Observation"], Many = ["AllergyIntolerance", "Condition", "Encounter", "Immunization", "MedicationRequest", "Observation"];

    [Fact]
    public void WhoLookedIsSaidAndAtWhatAndHowOften()
    {
        AssertSaid(
            new Deeds().Look(0, types: Few),
            "Dr Lee looked at your medicines and results for treatment, today.",
            "Dr Lee vio sus medicamentos y resultados para tratamiento, hoy.");
        AssertSaid(
            new Deeds().Look(1, types: Few).Look(1, types: Few),
            "Dr Lee looked at your medicines and results 2 times for treatment, yesterday.",
            "Dr Lee vio sus medicamentos y resultados 2 veces para tratamiento, ayer.");
        AssertSaid(
            new Deeds().Look(29, types: "Observation").Look(20, types: Many).Look(1, types: Few),
            "Dr Lee looked at your conditions, allergies, medicines and 3 more kinds 3 times since 3 May 2026 for treatment, last yesterday.",
            "Dr Lee vio sus enfermedades, alergias, medicamentos y 3 tipos más 3 veces desde el 3 de mayo de 2026 para tratamiento; la última, ayer.");
        AssertSaid(
            new Deeds().Look(20, entries: 0),
            "Dr Lee looked at how much you share with them for treatment, on 12 May 2026.",
            "Dr Lee vio cuánto comparte usted con esa persona para tratamiento, el 12 de mayo de 2026.");
        AssertSaid(
            new Deeds().BreakGlass(5),
            "Dr Lee opened your emergency door 5 days ago. Their reason: “found unconscious”",
            "Dr Lee abrió su puerta de emergencia hace 5 días. Su motivo: «found unconscious»");
    }

    /// <summary>That somebody acts for the patient was told twice, once as what they looked for.</summary>
    [Fact]
    public void WhoActsForThePatientIsSaidToOnce()
    {
        var look = new Deeds().Look(0, Deeds.Sam, "PWATRNY", types: Few).All[0] with { OnBehalfOf = Deeds.Own };
        Assert.Equal("Sam, acting for you, looked at 3 entries, allowed by your agreement of 3 May 2026.", Sentence.Of(look));
        Assert.Equal("Sam, acting for you, looked at your medicines and results, today.", Sentence.Of(new Tale(TaleKey.Of(look), [look], [])));
        Assert.Equal("Sam had never looked before.", Sentence.Why(new Remark(RemarkKind.First, look)));
    }

    [Fact]
    public void WhatThePatientDidIsSaidToThem()
    {
        AssertSaid(new Deeds().Add(29, LedgerKind.Created, Deeds.Own), "Your record began on 3 May 2026.", "Su historia empezó el 3 de mayo de 2026.");
        AssertSaid(new Deeds().Gather(1, "maya.json", 1), "You added 1 entry from maya.json, yesterday.", "Usted agregó 1 entrada de maya.json, ayer.");
        AssertSaid(new Deeds().Gather(9).Gather(1, entries: 1200), "You added to your record 2 times, 1,212 entries in all, last yesterday.", "Usted agregó algo a su historia 2 veces, 1212 entradas en total; la última, ayer.");
        AssertSaid(new Deeds().Agree(0), "You agreed to share with Dr Lee, today.", "Usted aceptó compartir con Dr Lee, hoy.");
        AssertSaid(new Deeds().Agree(2).Agree(1, "c2"), "You agreed 2 times to share, with Sam and Dr Lee, last yesterday.", "Usted aceptó compartir 2 veces, con Sam y Dr Lee; la última, ayer.");
        AssertSaid(new Deeds().Stop(0, "gone"), "You stopped sharing with somebody, today.", "Usted dejó de compartir con alguien, hoy.");
        AssertSaid(new Deeds().Add(3, null, "").Add(2, null, ""), "2 lines whose details were erased.", "2 líneas cuyos detalles se borraron.");
    }

    /// <summary>Changing an agreement was told as agreeing once more.</summary>
    [Fact]
    public void ChangingAnAgreementIsToldAsAChange()
    {
        AssertSaid(
            new Deeds().Agree(3).Agree(1).Agree(0),
            "You agreed to share with Dr Lee, 3 days ago. You changed what was agreed with Dr Lee 2 times, last today.",
            "Usted aceptó compartir con Dr Lee, hace 3 días. Usted cambió lo acordado con Dr Lee 2 veces; la última, hoy.");
        AssertSaid(
            new Deeds().Agree(3).Stop(2).Agree(1),
            "You agreed 2 times to share, with Dr Lee, last yesterday.",
            "Usted aceptó compartir 2 veces, con Dr Lee; la última, ayer.");

        var deeds = new Deeds().Agree(3).Agree(1, "c2").Agree(0).All;
        var sentence = new LedgerSentence(Deeds.Own, Words, Deeds.Now) { Changes = LedgerSentence.ChangesIn(deeds) };
        Assert.Equal(
            ["You agreed to share with Dr Lee.", "You agreed to share with Sam.", "You changed what was agreed with Dr Lee."], deeds.Select(sentence.Of));
    }

    [Fact]
    public void WhyItStandsFirst()
    {
        var look = new Deeds().Look(0.4, purpose: "HRESCH", entries: 60).All[0];
        var stopped = Deeds.Now.AddDays(-3);
        AssertWhy(new(RemarkKind.First, look), "Dr Lee had never looked before.", "Dr Lee no había visto nada antes.");
        AssertWhy(new(RemarkKind.AfterStop, look, stopped), "You had stopped an agreement with Dr Lee 3 days ago. Another agreement still allowed this.", "Usted había terminado un acuerdo con Dr Lee hace 3 días. Otro acuerdo todavía lo permitía.");
        AssertWhy(new(RemarkKind.NewPurpose, look), "Dr Lee had never looked for research before.", "Dr Lee no había visto nada para investigación antes.");
        AssertWhy(new(RemarkKind.FarMore, look, Most: 3), "60 entries at once: before, it was 3 at most.", "60 entradas de una vez: antes fueron 3 como máximo.");
        AssertWhy(new(RemarkKind.AtNight, look), "It was at night, at 02:24 by your clock.", "Fue de noche, a las 02:24 según el reloj de usted.");
        AssertWhy(new(RemarkKind.AfterPause, look, stopped), "Dr Lee had not looked since 29 May 2026.", "Dr Lee no había visto nada desde el 29 de mayo de 2026.");
    }

    [Fact]
    public void EveryKindOfLineAndTaleIsToldInBothLanguages()
    {
        foreach (var language in Languages.All)
        {
            CultureInfo.CurrentUICulture = language.Culture;
            foreach (var kind in Enum.GetValues<LedgerKind>().Cast<LedgerKind?>().Append(null))
            {
                foreach (var times in new[] { 1, 2 })
                {
                    var deeds = new Deeds();
                    for (var i = 0; i < times; i++)
                    {
                        deeds.Add(2 - i, kind, kind is null ? "" : Deeds.Sam, "TREAT", 2, ["c1"], "timeline", ["Observation"]);
                    }

                    var said = new[] { Sentence.Of(new Tale(TaleKey.Of(deeds.All[0]), deeds.All, [])), Sentence.Of(deeds.All[0]), Sentence.InTale(deeds.All[0]) };
                    Assert.All(said, text => Assert.Matches(@"^[^{}|]{3,}$", text));
                }
            }
        }
    }

    private static void AssertSaid(Deeds deeds, string english, string spanish)
    {
        var told = deeds.All.Where(deed => deed.Kind == deeds.All[0].Kind).ToList();
        var sentence = new LedgerSentence(Deeds.Own, Words, Deeds.Now) { Changes = LedgerSentence.ChangesIn(deeds.All) };
        AssertSaid(() => sentence.Of(new Tale(TaleKey.Of(told[0]), told, [])), english, spanish);
    }

    private static void AssertWhy(Remark remark, string english, string spanish) => AssertSaid(() => Sentence.Why(remark), english, spanish);

    private static void AssertSaid(Func<string> said, string english, string spanish)
    {
        CultureInfo.CurrentUICulture = Languages.English.Culture;
        Assert.Equal(english, said());
        CultureInfo.CurrentUICulture = Languages.Spanish.Culture;
        Assert.Equal(spanish, said());
        CultureInfo.CurrentUICulture = Languages.English.Culture;
    }
}
