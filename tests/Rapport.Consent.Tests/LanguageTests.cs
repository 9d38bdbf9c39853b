using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Consent.Tests;

/// <summary>Reasons, purposes and labels in Spanish, as a patient reads them.</summary>
public sealed class LanguageTests
{
    private const string Lee = "Practitioner/lee";

    private static readonly TestRecord Record = new([new("Observation/bp"), new("Condition/hiv") { Labels = ["http://terminology.hl7.org/CodeSystem/v3-ActCode|HIV"] }, new("Consent/c1")]);

    public LanguageTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("es");

    [Theory]
    [InlineData("""{ "type": "permit", "actor": ["Practitioner/lee"] }""", "TREAT", "Observation/bp", "se comparte con Dra. Lee para tratamiento por su acuerdo del 3 de mayo de 2026")]
    [InlineData("""{ "type": "permit", "actor": ["Practitioner/lee"] }""", "TREAT", "Condition/hiv", "se queda con usted: está marcada como VIH, y ningún acuerdo lo nombra para Dra. Lee")]
    [InlineData("""{ "type": "permit", "actor": ["Practitioner/lee"] }""", "TREAT", "Consent/c1", "se queda con usted: es un acuerdo, y ningún acuerdo los nombra")]
    [InlineData("""{ "type": "permit", "actor": ["Practitioner/lee"], "class": ["Condition"] }""", "TREAT", "Observation/bp", "se queda con usted: lo que usted comparte con Dra. Lee para tratamiento no la incluye")]
    [InlineData("""{ "type": "permit", "actor": ["Practitioner/lee"], "purpose": ["CAREMGT"] }""", "TREAT", "Observation/bp", "se queda con usted: usted comparte con Dra. Lee, pero no para tratamiento")]
    [InlineData("""{ "type": "permit", "actor": ["Practitioner/osei"] }""", "TREAT", "Observation/bp", "se queda con usted: ningún acuerdo la comparte con Dra. Lee")]
    [InlineData("""{ "type": "permit", "period": "2025-01-01 to 2025-12-31", "actor": ["Practitioner/lee"] }""", "TREAT", "Observation/bp", "se queda con usted: su acuerdo del 3 de mayo de 2026 terminó el 31 de diciembre de 2025")]
    [InlineData("""{ "type": "deny", "actor": ["Practitioner/lee"], "class": ["Observation"] }""", "TREAT", "Observation/bp", "se queda con usted: su acuerdo del 3 de mayo de 2026 retiene este tipo de entrada frente a Dra. Lee")]
    public void AReasonIsASentence(string provision, string purpose, string entry, string told)
    {
        var consent = Read($$"""{ "id": "c1", "signed": "2026-05-03", "provision": {{provision}} }""");
        var decision = CompiledConsents.Compile([consent], Record).Decide(
            new(new("Dra. Lee", Lee), purpose, ConsentAction.Access, new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)));

        Assert.Equal(told, decision.ReasonFor(Record.Entries.ToList().FindIndex(known => known.Reference == entry)).Text);
    }

    [Fact]
    public void WhatCannotBeEvaluatedIsToldInTheLanguageOfWhoAsks()
    {
        var consent = Read("""{ "id": "c1", "provision": { "type": "permit", "purpose": ["NOSUCH"] } }""");

        Assert.Equal("`Consent.provision.purpose[0]` es `NOSUCH`, que no es uno de los fines de uso de HL7: no permite nada, y lo que niega queda negado sea lo que sea", Assert.Single(consent.Problems));
        Assert.StartsWith("este acuerdo no nombra quién", Assert.Single(Read("""{ "id": "c1", "provision": { "type": "permit" } }""").Warnings));
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        Assert.Equal("`Consent.provision.purpose[0]` is `NOSUCH`, which is not one of HL7's purposes of use: nothing is permitted by it, and what is denied by it is denied whatever it may be", Assert.Single(consent.Problems));
    }

    [Theory]
    [InlineData("PSY", "salud mental")]
    [InlineData("R", "privado por otro motivo")]
    [InlineData("V", "estrictamente privado")]
    [InlineData("UNHEARD-OF", "`UNHEARD-OF`")]
    public void ALabelSaysWhatItMarks(string code, string told) => Assert.Equal(told, SecurityLabels.Describe("", code));

    [Fact]
    public void EveryPurposeIsTold() =>
        Assert.All(PurposeOfUse.Codes, code => Assert.False(PurposeOfUse.Describe(code) is "" || PurposeOfUse.Describe(code).Contains('`', StringComparison.Ordinal)));

    private static PatientConsent Read(string shortForm) =>
        PatientConsent.Read(Resource.Read(Encoding.UTF8.GetBytes(ShortConsent.Expand(JsonNode.Parse(shortForm)!.AsObject()).ToJsonString())));
}
