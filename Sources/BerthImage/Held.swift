// held
