using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Rapport.Server.Demo;

/// <summary>
/// What an invented patient's devices would have measured: a watch, a blood-pressure cuff, a portable electrocardiograph, as a phone exports them. Made
/// by formulas, the same each time for the same last day.
/// </summary>
/// <param name="last">The last day that is in it.</param>
internal sealed class DemoDevices(DateOnly last)
{
    private const int Days = 200;
    private const int EcgRate = 512;
    private const int EcgSeconds = 30;

    /// <summary>The export, a zip as the phone makes it.</summary>
    public byte[] Export()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "apple_health_export/export.xml", Records());
            Write(zip, $"apple_health_export/electrocardiograms/ecg_{last:yyyy-MM-dd}.csv", Electrocardiogram());
        }

        return memory.ToArray();
    }

    private static void Write(ZipArchive zip, string name, string content)
    {
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(content));
    }

    private string Records()
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<HealthData locale=\"en_US\">\n");
        xml.Append(CultureInfo.InvariantCulture, $" <ExportDate value=\"{At(last, 22 * 60)}\"/>\n <Me HKCharacteristicTypeIdentifierDateOfBirth=\"1979-05-23\"/>\n");
        for (var ago = Days - 1; ago >= 0; ago--)
        {
            AddDay(xml, last.AddDays(-ago), ago);
        }

        return xml.Append("</HealthData>\n").ToString();
    }

    private static void AddDay(StringBuilder xml, DateOnly day, int ago)
    {
        // Slowly fitter: the pulse at rest goes down over the months.
        var rest = 64 + (ago / 40.0) + Wave(ago, 7, 1.5);
        for (var minute = 0; minute < 24 * 60; minute += 10)
        {
            var isAsleep = minute < 6 * 60 || minute > 23 * 60;
            var pulse = Math.Round(rest + (isAsleep ? -6 : 12 + Wave(minute, 180, 8)) + Wave((ago * 144) + (minute / 10), 17, 4));
            Record(xml, "HeartRate", "Maya's watch", "count/min", pulse, day, minute, 0);
        }

        Record(xml, "RestingHeartRate", "Maya's watch", "count/min", Math.Round(rest), day, 5 * 60, 0);
        for (var hour = 7; hour < 21; hour++)
        {
            var steps = Math.Round(350 + Wave((ago * 14) + hour, 5, 300) + (hour == 18 ? 1800 : 0));
            Record(xml, "StepCount", "Maya's watch", "count", steps, day, hour * 60, 55);
            Record(xml, "DistanceWalkingRunning", "Maya's watch", "km", Math.Round(steps * 0.00072, 3), day, hour * 60, 55);
        }

        AddNight(xml, day, ago);
        if (ago % 3 == 0)
        {
            AddPressure(xml, day, ago);
        }

        if (ago % 7 == 2)
        {
            Record(xml, "BodyMass", "Maya's scale", "kg", Math.Round(78 - ((Days - ago) / 60.0) + Wave(ago, 11, 0.4), 1), day, 7 * 60, 0);
        }
    }

    private static void AddNight(StringBuilder xml, DateOnly day, int ago)
    {
        foreach (var (stage, from, to) in new[] { ("AsleepCore", 20, 150), ("AsleepDeep", 150, 220), ("AsleepREM", 220, 270), ("Awake", 270, 276), ("AsleepCore", 276, 360 + (int)Wave(ago, 9, 20)) })
        {
            xml.Append(
                CultureInfo.InvariantCulture,
                $" <Record type=\"HKCategoryTypeIdentifierSleepAnalysis\" sourceName=\"Maya's watch\" startDate=\"{At(day, from)}\" endDate=\"{At(day, to)}\" value=\"HKCategoryValueSleepAnalysis{stage}\"/>\n");
        }
    }

    private static void AddPressure(StringBuilder xml, DateOnly day, int ago)
    {
        var at = At(day, (7 * 60) + 15);
        xml.Append(CultureInfo.InvariantCulture, $" <Correlation type=\"HKCorrelationTypeIdentifierBloodPressure\" sourceName=\"Home cuff\" startDate=\"{at}\" endDate=\"{at}\">\n");
        Record(xml, "BloodPressureSystolic", "Home cuff", "mmHg", Math.Round(131 + (ago / 25.0) + Wave(ago, 8, 5)), day, (7 * 60) + 15, 0);
        Record(xml, "BloodPressureDiastolic", "Home cuff", "mmHg", Math.Round(82 + (ago / 50.0) + Wave(ago, 5, 3)), day, (7 * 60) + 15, 0);
        xml.Append(" </Correlation>\n");
    }

    private static void Record(StringBuilder xml, string type, string source, string unit, double value, DateOnly day, int minute, int length) => xml.Append(
        CultureInfo.InvariantCulture,
        $" <Record type=\"HKQuantityTypeIdentifier{type}\" sourceName=\"{source}\" unit=\"{unit}\" startDate=\"{At(day, minute)}\" endDate=\"{At(day, minute + length)}\" value=\"{value}\"/>\n");

    /// <summary>Thirty seconds of a healthy rhythm: each wave of a beat is a bell curve.</summary>
    private string Electrocardiogram()
    {
        var csv = new StringBuilder();
        csv.Append(CultureInfo.InvariantCulture, $"Name,Maya Demo\nDate of Birth,\"May 23, 1979\"\nRecorded Date,{At(last, (8 * 60) + 30)}\nClassification,Sinus Rhythm\nSymptoms,\nSoftware Version,2.0\n");
        csv.Append(CultureInfo.InvariantCulture, $"Device,\"Demo ECG\"\nSample Rate,{EcgRate} hertz\n\n\nLead,Lead I\nUnit,µV\n\n");
        (double At, double Height, double Width)[] waves = [(-0.20, 110, 0.022), (-0.03, -80, 0.008), (0, 1050, 0.010), (0.03, -180, 0.010), (0.26, 260, 0.042)];
        for (var sample = 0; sample < EcgRate * EcgSeconds; sample++)
        {
            var time = sample / (double)EcgRate;
            var beat = Math.Round(time / 0.9);
            double voltage = Wave(sample, 300, 12);
            for (var near = beat - 1; near <= beat + 1; near++)
            {
                var center = (near * 0.9) + (0.02 * Math.Sin(near));
                voltage += waves.Sum(wave => wave.Height * Math.Exp(-Math.Pow((time - center - wave.At) / wave.Width, 2) / 2));
            }

            csv.Append(CultureInfo.InvariantCulture, $"{Math.Round(voltage, 3)}\n");
        }

        return csv.ToString();
    }

    private static double Wave(double at, double period, double height) => height * Math.Sin(2 * Math.PI * at / period) * Math.Cos(at / 3.7);

    private static string At(DateOnly day, int minute) => day.ToDateTime(default).AddMinutes(minute).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " +0000";
}
