Console.WriteLine("definitions");
