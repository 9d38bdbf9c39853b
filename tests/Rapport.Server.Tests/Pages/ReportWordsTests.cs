using System.Globalization;
using Rapport.Language;
using Rapport.Server.Pages.Gather;

namespace Rapport.Server.Tests.Pages;

/// <summary>What reports keep in English is told in the language of who reads; what a file itself names stays.</summary>
public sealed class ReportWordsTests
{
    [Theory]
    [InlineData("`0.206` of 1 is written as `20.6 %`", "`0.206` de 1 se escribe como `20.6 %`")]
    [InlineData("`[degF]` became `Cel`, to a millionth", "`[degF]` se convirtió en `Cel`, con precisión de una millonésima")]
    [InlineData("`mm` became `cm`", "`mm` se convirtió en `cm`")]
    [InlineData("the time has no time zone in the file; it was taken by the clock of Europe/Berlin, as the mapping says", "la hora no tiene zona horaria en el archivo; se tomó según el reloj de Europe/Berlin, como usted dijo")]
    [InlineData("the subject, which referred to the Patient `x/1`, became the patient of the card", "el sujeto, que remitía a Patient `x/1`, se convirtió en el paciente de la tarjeta")]
    [InlineData("line 12", "línea 12")]
    [InlineData("a/b.csv: line 12", "a/b.csv: línea 12")]
    public void A_sentence_is_known_by_its_template(string kept, string spanish)
    {
        Assert.Equal(kept, In(Languages.English, () => ReportWords.Find(kept)));
        Assert.Equal(spanish, In(Languages.Spanish, () => ReportWords.Find(kept)));
    }

    [Theory]
    [InlineData("heart-rate", "Heart rate", "Frecuencia cardíaca")]
    [InlineData("altitude on a route", "Altitude on a route", "Altitud en un recorrido")]
    [InlineData("AllergyIntolerance in FHIR 1.0.2", "Allergy in FHIR 1.0.2", "Alergia en FHIR 1.0.2")]
    [InlineData("column `Batería`", "column `Batería`", "columna `Batería`")]
    [InlineData("HKQuantityTypeIdentifierUnheardOf", "HKQuantityTypeIdentifierUnheardOf", "HKQuantityTypeIdentifierUnheardOf")]
    [InlineData("line", "line", "line")]
    [InlineData("", "", "")]
    public void What_was_left_out_has_its_name(string kept, string english, string spanish)
    {
        Assert.Equal(english, In(Languages.English, () => ReportWords.WhatOf(kept)));
        Assert.Equal(spanish, In(Languages.Spanish, () => ReportWords.WhatOf(kept)));
    }

    private static string? In(SpokenLanguage language, Func<string?> said)
    {
        CultureInfo.CurrentUICulture = language.Culture;
        return said();
    }
}
