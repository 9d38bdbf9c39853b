using System.Globalization;
using System.Text;

namespace Rapport.Labelling.Tests;

/// <summary>Finding nothing in a letter says something only where the rules know its language: else it counts as not looked at.</summary>
public sealed class LanguageTests
{
    [Theory]
    [InlineData("Dear colleague, thank you for referring Mrs Smith, who was seen on 3 May with pain in her knee. The x-ray was normal and she was reassured.")]
    [InlineData("Seen for a cough.")]
    [InlineData("Chest clear. No fever. BP 120/80.")]
    [InlineData("Hypertension. Metoprolol 25 mg twice daily.")]
    [InlineData("Flu vaccine given.")]
    [InlineData("Follow-up in 3 months.")]
    [InlineData("I work for the city.")]
    public void English_is_judged(string text) => Assert.Equal("", Labels(text));

    [Theory]
    [InlineData("Estimada colega: gracias por remitir a la señora García, que fue vista el 3 de mayo por dolor en la rodilla. La radiografía fue normal y se le explicó.")]
    [InlineData("Acude por tos.")]
    [InlineData("Sin cambios.")]
    [InlineData("Paciente con dolor de rodilla desde hace dos semanas. No fiebre. Exploración normal.")]
    [InlineData("Radiografía de tórax: sin hallazgos.")]
    [InlineData("Vacuna antigripal puesta.")]
    public void Spanish_is_judged(string text) => Assert.Equal("", Labels(text));

    [Theory]
    [InlineData("Sehr geehrte Frau Kollegin, wir berichten über Ihre Patientin, die sich am 3. Mai in unserer Sprechstunde vorstellte. Sie trinkt seit Jahren zu viel und nimmt Tabletten gegen die Angst.")]
    [InlineData("Patient normal, Blutdruck 120/80, Lunge frei, Herz normal")]
    [InlineData("Verdacht auf Abhängigkeit.")]
    [InlineData("Chère consœur, je vous adresse Madame Martin, suivie pour des troubles de l'humeur depuis trois ans. Elle prend des comprimés et se plaint de troubles du sommeil. L'examen est normal, la tension est à 120 sur 80.")]
    [InlineData("Examen normal. Tension 12/8. Pas de fièvre.")]
    [InlineData("Prezado colega, a paciente é acompanhada há três anos. Toma comprimidos e queixa-se de alterações do sono. O exame é normal, a pressão é de 120 por 80. Sem febre, sem tosse, com boa evolução.")]
    [InlineData("Paciente com dor no peito desde ontem, sem febre. Nega uso de bebidas.")]
    [InlineData("Gentile collega, la paziente è seguita da tre anni. Assume compresse e riferisce disturbi del sonno. L'esame obiettivo è nella norma, la pressione è 120 su 80.")]
    [InlineData("La pacient és seguida des de fa tres anys. Pren comprimits i es queixa de problemes de son. L'exploració és normal i la pressió és de 120 sobre 80.")]
    [InlineData("A paciente segue tratamento desde hai tres anos. Toma comprimidos e refire problemas do sono. A exploración é normal e non ten febre.")]
    [InlineData("Geachte collega, patiënte is bekend met stemmingsklachten en gebruikt tabletten. Zij klaagt over slaapproblemen. Het onderzoek is normaal en de bloeddruk is goed.")]
    [InlineData("Patienten har haft det svært i tre år og tager tabletter. Hun klager over søvnproblemer. For tiden er hun i god bedring, og der er ikke feber.")]
    [InlineData("Pacienta este urmărită de trei ani. Ia tablete și se plânge de tulburări de somn. Examenul este normal, fără febră, cu evoluție bună la domiciliu.")]
    [InlineData("Pacjentka leczona od trzech lat. Przyjmuje tabletki i zgłasza zaburzenia snu. Badanie bez odchyleń, ciśnienie prawidłowe. To jest dobra wiadomość.")]
    [InlineData("Ang pasyente ay may sakit sa loob ng tatlong taon. Umiinom siya ng gamot at hindi makatulog.")]
    [InlineData("Пациентка наблюдается в течение трёх лет. Принимает таблетки.")]
    [InlineData("患者随访三年，服用药物。检查正常。")]
    public void Another_language_is_not_and_stays_home(string text)
    {
        Assert.Equal("R", Labels(text));
        Assert.Equal("R", Labels(text, "text/html", $"<html><body><p>{text}</p></body></html>"));
    }

    [Theory]
    [InlineData("Wdrożono leczenie 2 x 500 mg")]
    [InlineData("asdasdasdasdasd")]
    [InlineData("Normal.")]
    public void What_has_no_known_word_is_not_however_short(string text) => Assert.Equal("R", Labels(text));

    [Theory]
    [InlineData("12.3, 5.1\n120/80 98%")]
    [InlineData("---")]
    public void Numbers_are_in_no_language(string text) => Assert.Equal("", Labels(text));

    /// <summary>Neither a heading of the clinic nor a sentence for the patient makes a letter an English one.</summary>
    [Fact]
    public void A_letter_with_some_English_around_it_is_what_it_is()
    {
        const string heading = "Clinic letter. Date of visit: 3 May. Name of the patient: Anna. Address: street. ";
        Assert.Equal("R", Labels(heading + "Pacjentka leczona od trzech lat z powodu choroby. Przyjmuje tabletki i zgłasza zaburzenia snu. Badanie bez odchyleń, ciśnienie prawidłowe. Nie pije, pali papierosy."));
        var english = string.Concat(Enumerable.Repeat("The patient was seen in our clinic on 3 May with a cough for two weeks. The chest was clear. ", 3));
        Assert.Equal("", Labels(english));
        Assert.Equal("R", Labels(english + "Sie trinkt seit mehreren Jahren zu viel und nimmt seit dem Mai Tabletten ein, mit guter Wirkung und ohne Nebenwirkungen. Die Arbeit ist ihr zu viel, und sie ist oft mit den Kindern allein."));
    }

    [Fact]
    public void Of_XML_the_names_of_its_format_do_not_count_against_it()
    {
        const string format = "<ClinicalDocument><templateId root=\"2.16.840\"/><code displayName=\"Summary\"/><section><text><paragraph>{0}</paragraph></text></section></ClinicalDocument>";
        Assert.Equal("", Labels("", "application/xml", string.Format(CultureInfo.InvariantCulture, format, "She was seen for a cough and is well.")));
        Assert.Equal("R", Labels("", "application/xml", string.Format(CultureInfo.InvariantCulture, format, "Sie wurde wegen Husten gesehen, und es geht ihr gut. Der Blutdruck ist normal.")));
    }

    [Fact]
    public void What_the_rules_find_is_told_all_the_same_and_the_reason_says_what_it_is()
    {
        var found = Labeller.Label(Note("Pacjentka leczona od trzech lat z powodu depresji, HIV (+)."));
        Assert.Equal(["HIV", "R"], found.Select(static label => label.Code).Order());
        var label = found.Single(static label => label.Code == "R");
        Assert.Equal(("unjudged-document", true), (label.Rule, label.IsNotLookedAt));
        Assert.StartsWith("The server does not know the language of this document", label.Reason);
    }

    [Fact]
    public void The_words_say_where_they_are_from_and_each_language_has_its_own()
    {
        var words = KnownWords.Current;
        Assert.Equal(BitsOf(words.Languages) + 1, words.Sources.Count);
        Assert.Equal(2, BitsOf(words.Offered));
        Assert.Equal(0u, words.Find("mg"u8)!.Value.Languages);
        Assert.Equal(words.Offered, words.Find("no"u8)!.Value.Languages & words.Offered);
        Assert.Throws<InvalidDataException>(() => KnownWords.Parse("x", "en | offered\n  word a"));
        Assert.Throws<InvalidDataException>(() => KnownWords.Parse("x", "  words a"));

        static int BitsOf(uint languages) => System.Numerics.BitOperations.PopCount(languages);
    }

    private static string Labels(string text, string type = "text/plain", string? markup = null) => Found.Labels(Labeller.Label(Note(markup ?? text, type)));

    private static Fhir.Resource Note(string text, string type = "text/plain") => Found.Resource(
        $$$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"{{{type}}}","data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}}"}}]}""");
}
